import type { components } from '$lib/api/schema';
import { fmt } from '$lib/format';
import { m } from '$lib/paraglide/messages.js';

/** What was found where a source was tried. */
export type Found = components['schemas']['ProbedSource'];

/** What was found, in words. */
export function probedText({ outcome, level_dbfs, text }: Found): string {
  if (outcome === 'sounds' && typeof level_dbfs === 'number') {
    return m.settings_return_sounds({ level: fmt.number(level_dbfs, 0) });
  }
  return outcome === 'silent' ? m.settings_return_silent() : m.settings_return_fails({ why: text });
}
