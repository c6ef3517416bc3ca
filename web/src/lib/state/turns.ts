import { Problem } from '$lib/api/problem';

/** Acts that may be asked for at once: more than a person in a hurry asks for. One more is refused. */
export const ASKED_MAX = 8;
/** States that are remembered as having led to the newest one. Beyond them an old one counts as changed by somebody else. */
const STATES_MAX = 50;

/**
 * Acts of one page that change the same thing: each waits until those before it are done, so that it starts from what they left.
 * None is dropped unseen.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;

  /** Does the work in its turn, also if an act before it failed. Throws what the work throws, or a `Problem` if too many wait. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#asked === ASKED_MAX) throw new Problem({ code: 'too_many_waiting' });
    this.#asked += 1;
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#asked -= 1;
    }
  }
}

/**
 * Changes of one resource by one page, in turn. What this page itself changed since the person looked is no change by somebody
 * else: a change goes on from there. Whatever anybody else changed is refused by the station as stale.
 */
export class Changes {
  readonly #turns = new Turns();
  /** Tags of states from which only this page changed the resource. */
  readonly #before = new Set<string>();
  #newest: string | null = null;

  /**
   * Makes a change of what the person saw under the tag `seen`. `change` is told which tag it starts from and answers with the tag
   * of what it made; `shown` then shows that, before the next change begins.
   */
  take(
    seen: string | null,
    change: (tag: string | null) => Promise<string | null>,
    shown: () => Promise<unknown>,
  ): Promise<void> {
    return this.#turns.take(async () => {
      const from = seen !== null && this.#before.has(seen) ? this.#newest : seen;
      const made = await change(from);
      if (from !== this.#newest || this.#before.size === STATES_MAX) this.#before.clear();
      if (from !== null) this.#before.add(from);
      this.#newest = made;
      await shown();
    });
  }
}
