/** An offset that is lower by more than this is a step of the station's clock, not a slow delivery. Milliseconds. */
const STEP_MS = 2_000;
/** How much of a lower offset is believed each time, so that a drift of the two clocks is followed. */
const DRIFT_SHARE = 0.05;

/**
 * The station's time in this browser, whose own clock may be wrong: counted from what the station said, on the browser's
 * monotonic clock. What arrives is late by its way here and never early, so the highest offset is nearest to the truth.
 */
export class ServerClock {
  #offset: number | null = null;

  /** The station said `serverMs` when the monotonic clock showed `monotonicMs`. */
  heard(serverMs: number, monotonicMs: number) {
    const offset = serverMs - monotonicMs;
    const known = this.#offset;
    if (known === null || offset > known || known - offset > STEP_MS) this.#offset = offset;
    else this.#offset = known - (known - offset) * DRIFT_SHARE;
  }

  /** The station's time in milliseconds since 1970; none before it said anything. */
  at(monotonicMs: number): number | null {
    return this.#offset === null ? null : this.#offset + monotonicMs;
  }
}
