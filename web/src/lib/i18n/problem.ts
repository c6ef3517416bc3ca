import type { Problem } from '$lib/api/problem';
import messages from 'virtual:error-messages';

/** A problem in words of the person. */
export interface ProblemText {
  /** What is wrong. */
  text: string;
  /** What to do about it. */
  hint: string | null;
  /** Each thing that is wrong, and what led to it, as the daemon says it. */
  more: string[];
}

/**
 * A problem in the language of the page, by its code. What the catalogue does not know is said as the daemon says it, in
 * English: better than not at all.
 */
export function problemText(problem: Problem): ProblemText {
  const values = new Proxy(problem.values, { get: (known, name) => known[String(name)] ?? '…' });
  const say = (key: string) => (Object.hasOwn(messages, key) ? (messages[key]?.(values) ?? null) : null);
  const text = say(problem.code);
  const hint = say(`${problem.code}_hint`);
  return {
    text: text ?? (problem.detail || problem.code),
    hint: hint ?? (text === null ? problem.hint : null),
    more: [...problem.problems, ...problem.causes],
  };
}
