import { ServerClock } from './server-clock';

/** The station's time, moving each second. Never the browser's. */
class StationClock {
  readonly #clock = new ServerClock();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The station's time, milliseconds since 1970, new each second on the second; none before the station said it. */
  second = $state<number | null>(null);

  /** The station said what time it is. */
  heard(now: string) {
    this.#clock.heard(Date.parse(now), performance.now());
    if (this.#timer === undefined) this.#tick();
  }

  /** The station's time at this very moment. */
  now(): number | null {
    return this.#clock.at(performance.now());
  }

  readonly #tick = () => {
    const now = this.now();
    if (now === null) return;
    this.second = now - (now % 1000);
    // A little past the second, so that a timer that fires early does not show the same second twice.
    this.#timer = setTimeout(this.#tick, 1005 - (now % 1000));
  };
}

/** The station's clock. */
export const clock = new StationClock();
