import type { Level, LiveView } from '$lib/api/types';
import { waitMs } from './back-off';
import { clock } from './clock.svelte';

/** The station says something at least each 10 s; after this long the line is taken for dead. Milliseconds. */
const SILENCE_MS_MAX = 25_000;

/** Whether the station is heard. */
export type Link = 'connecting' | 'open' | 'lost';

/** What changed, so that a page fetches it anew. */
export type Topic =
  'clips' | 'queue' | 'slots' | 'alarms' | 'log' | 'imports' | 'settings' | 'reports' | 'accounts' | 'everything';

/** The station as it stands, told by the station itself as it changes. */
class Live {
  /** How the station stood when it last spoke; none before. */
  view = $state.raw<LiveView | null>(null);
  link = $state<Link>('connecting');
  /** How long ago the station last spoke, in whole seconds; moves only while the line is not open. */
  silentSeconds = $state(0);
  /** One for each zone that was ever told of: as many as the settings have. */
  readonly #levels = new Map<string, { momentary_lufs: number | null; peak_dbfs: number | null }>();
  /**
   * What goes out now: one object, written in place ten times a second and not reactive. Meters read it when they draw, so that
   * hours of it cost no memory.
   */
  readonly level: { momentary_lufs: number | null; peak_dbfs: number | null; position_ms: number | null } = {
    momentary_lufs: null,
    peak_dbfs: null,
    position_ms: null,
  };

  #source: EventSource | null = null;
  #tries = 0;
  #heardAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  readonly #listeners = new Map<Topic, Set<() => void>>();
  /** Asked before the line is tried again; false: nobody is signed in, so there is nothing to try. */
  beforeRetry: () => Promise<boolean> = async () => true;

  /** Begins to listen. Does nothing if it listens already. */
  start() {
    if (this.#watch !== undefined) return;
    this.#heardAt = performance.now();
    this.#watch = setInterval(this.#look, 1_000);
    window.addEventListener('online', this.#again);
    document.addEventListener('visibilitychange', this.#again);
    this.#open();
  }

  /** Stops, as when the person signs out. */
  stop() {
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#watch = undefined;
    this.#source?.close();
    this.#source = null;
    this.view = null;
    this.link = 'connecting';
    window.removeEventListener('online', this.#again);
    document.removeEventListener('visibilitychange', this.#again);
  }

  /** Calls back when the topic changed, and when changes may have been missed. Returns what ends it. */
  onChange(topics: Topic[], callback: () => void): () => void {
    for (const topic of topics) {
      // Nothing is drawn from it, so it need not tell anybody that it changed.
      // eslint-disable-next-line svelte/prefer-svelte-reactivity
      const set = this.#listeners.get(topic) ?? new Set();
      this.#listeners.set(topic, set.add(callback));
    }
    return () => topics.forEach((topic) => this.#listeners.get(topic)?.delete(callback));
  }

  /** Tries at once, as when a person presses the button. */
  tryNow() {
    this.#tries = 0;
    void this.#reopen();
  }

  #open() {
    clearTimeout(this.#retry);
    this.#source?.close();
    const source = new EventSource('/api/v1/events');
    this.#source = source;
    source.addEventListener('live', (event) => this.#hearLive(JSON.parse(event.data) as LiveView));
    source.addEventListener('level', (event) => this.#hearLevel(JSON.parse(event.data) as Level));
    source.addEventListener('changed', (event) => this.#tell((JSON.parse(event.data) as { topic: Topic }).topic));
    source.onerror = () => this.#lost();
  }

  #hearLive(view: LiveView) {
    const back = this.link === 'lost';
    clock.heard(view.now);
    this.#heard();
    this.view = view;
    if (!view.on_air) this.#hearLevelGone();
    if (back) this.#tell('everything');
  }

  /** The level of a zone, written in place like that of all. */
  levelOf(zone: string): { momentary_lufs: number | null; peak_dbfs: number | null } {
    let level = this.#levels.get(zone);
    if (!level) this.#levels.set(zone, (level = { momentary_lufs: null, peak_dbfs: null }));
    return level;
  }

  #hearLevel(level: Level) {
    this.#heardAt = performance.now();
    this.level.momentary_lufs = level.momentary_lufs ?? null;
    this.level.peak_dbfs = level.peak_dbfs ?? null;
    this.level.position_ms = level.position_ms ?? null;
    for (const zone of level.zones) {
      const known = this.levelOf(zone.id);
      known.momentary_lufs = zone.momentary_lufs ?? null;
      known.peak_dbfs = zone.peak_dbfs ?? null;
    }
  }

  #heard() {
    this.#heardAt = performance.now();
    this.#tries = 0;
    this.link = 'open';
    this.silentSeconds = 0;
  }

  #tell(topic: Topic) {
    const told = topic === 'everything' ? [...this.#listeners.values()] : [this.#listeners.get(topic) ?? new Set()];
    new Set(told.flatMap((set) => [...set])).forEach((callback) => callback());
  }

  #lost() {
    this.#source?.close();
    this.#source = null;
    this.link = 'lost';
    this.#hearLevelGone();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#reopen(), waitMs(this.#tries, Math.random()));
    this.#tries += 1;
  }

  /** An event source does not say why it failed: a session that ended looks like a cable that was pulled. */
  async #reopen() {
    const may = await this.beforeRetry().catch(() => true);
    if (may && this.#watch !== undefined) this.#open();
  }

  /** A meter that goes on showing the last level would lie. */
  #hearLevelGone() {
    this.level.position_ms = null;
    for (const level of [this.level, ...this.#levels.values()]) [level.momentary_lufs, level.peak_dbfs] = [null, null];
  }

  readonly #look = () => {
    const silent = performance.now() - this.#heardAt;
    if (this.link !== 'lost' && this.#source && silent > SILENCE_MS_MAX) this.#lost();
    if (this.link !== 'open') this.silentSeconds = Math.floor(silent / 1000);
  };

  readonly #again = () => {
    if (this.link === 'lost' && document.visibilityState === 'visible') this.tryNow();
  };
}

/** The station as it stands. */
export const live = new Live();
