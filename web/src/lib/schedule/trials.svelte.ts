import { Problem } from '$lib/api/problem';
import type { Trial } from './types';

/** How long nothing must have changed before the station is asked. */
const PAUSE_MS = 180;

/** Asks the station what it would say of a change, again whenever the change changes; only the last answer counts. */
export class Trials<T> {
  /** What the station said last. */
  last = $state.raw<Trial | null>(null);
  /** Why it could not be asked. */
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #number = 0;
  readonly #ask: (change: T) => Promise<Trial>;

  constructor(ask: (change: T) => Promise<Trial>) {
    this.#ask = ask;
  }

  /** Tries this change once nothing has changed for a moment. */
  soon(change: T) {
    clearTimeout(this.#timer);
    this.busy = true;
    this.#timer = setTimeout(() => void this.now(change), PAUSE_MS);
  }

  /** Tries this change at once. */
  async now(change: T) {
    clearTimeout(this.#timer);
    const number = ++this.#number;
    this.busy = true;
    try {
      const trial = await this.#ask(change);
      if (number !== this.#number) return;
      this.last = trial;
      this.problem = null;
    } catch (thrown) {
      if (number !== this.#number) return;
      this.last = null;
      this.problem = Problem.of(thrown);
    } finally {
      if (number === this.#number) this.busy = false;
    }
  }

  /** Nothing is tried any more. */
  forget() {
    clearTimeout(this.#timer);
    this.#number += 1;
    this.last = null;
    this.problem = null;
    this.busy = false;
  }
}
