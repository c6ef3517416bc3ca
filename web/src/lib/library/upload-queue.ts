import { Problem } from '$lib/api/problem';

/** Files sent at the same time; the others wait. Two keep a slow line busy, and none starves. */
export const AT_ONCE_MAX = 2;
/** Files in the list; further ones are refused until some are done. */
export const FILES_MAX = 500;

/** How a file on its way stands. */
export type SendState = 'waiting' | 'sending' | 'lost' | 'failed' | 'sent';

/** A file on its way to the station. */
export interface Item {
  key: number;
  name: string;
  bytes: number;
  /** Bytes that the station has. */
  sent: number;
  state: SendState;
  /** Why it is lost or failed. */
  problem: Problem | null;
  /** How the station names it, once it does. */
  id: string | null;
}

/** What a transport tells of a file. */
export interface Hearer {
  /** The station knows it by this name from now on. */
  named: (id: string) => void;
  progress: (sent: number) => void;
  done: (id: string) => void;
  failed: (problem: Problem) => void;
}

/** Sends one file, from where the station has it. Returns what stops it. */
export type Transport = (file: File, hearer: Hearer) => () => void;

/** Files that go to the station a few at a time, each from where it was interrupted. */
export class UploadQueue {
  #items: (Item & { file: File; stop: (() => void) | null })[] = [];
  #next = 1;

  constructor(
    private readonly transport: Transport,
    /** Told after every change. */
    private readonly changed: () => void,
  ) {}

  /** The files, the oldest first. */
  get items(): Item[] {
    return this.#items.map(({ key, name, bytes, sent, state, problem, id }) => ({
      key,
      name,
      bytes,
      sent,
      state,
      problem,
      id,
    }));
  }

  /** Whether leaving the page would interrupt something. */
  get busy(): boolean {
    return this.#items.some(({ state }) => state === 'waiting' || state === 'sending' || state === 'lost');
  }

  /** Takes files. What the station would refuse anyway is told without being sent. */
  add(files: readonly File[], bytesMax: number) {
    for (const file of files) {
      const problem = this.#refusal(file, bytesMax);
      const state = problem ? 'failed' : 'waiting';
      const { name, size } = file;
      this.#items.push({
        key: this.#next++,
        name,
        bytes: size,
        sent: 0,
        state,
        problem,
        id: null,
        file,
        stop: null,
      });
    }
    this.#go();
  }

  /** Sends a file that was interrupted or refused once more. */
  retry(key: number) {
    this.#change(key, (item) => {
      if (item.state !== 'lost' && item.state !== 'failed') return;
      item.state = 'waiting';
      item.problem = null;
    });
  }

  /** The line is back: goes on with everything that was interrupted. */
  retryLost() {
    for (const { key, state } of this.#items) if (state === 'lost') this.retry(key);
  }

  /** Takes a file out of the list; one that is being sent stops. */
  remove(key: number) {
    this.#items.find((item) => item.key === key)?.stop?.();
    this.#items = this.#items.filter((item) => item.key !== key);
    this.#go();
  }

  #refusal(file: File, bytesMax: number): Problem | null {
    if (file.size === 0) return new Problem({ code: 'upload_empty' });
    if (file.size > bytesMax) {
      return new Problem({
        code: 'upload_too_large',
        values: { bytes: String(file.size), most: String(bytesMax) },
      });
    }
    if (this.#items.length >= FILES_MAX)
      return new Problem({ code: 'too_many_files', values: { most: String(FILES_MAX) } });
    return null;
  }

  #go() {
    for (const item of this.#items) {
      if (this.#items.filter(({ state }) => state === 'sending').length >= AT_ONCE_MAX) break;
      if (item.state === 'waiting') this.#send(item.key);
    }
    this.changed();
  }

  #send(key: number) {
    const item = this.#items.find((item) => item.key === key);
    if (!item) return;
    item.state = 'sending';
    item.stop = this.transport(item.file, {
      named: (id) => this.#change(key, (item) => (item.id = id)),
      progress: (sent) => this.#change(key, (item) => (item.sent = sent)),
      done: (id) =>
        this.#change(key, (item) => {
          item.state = 'sent';
          item.sent = item.bytes;
          item.id = id;
          item.stop = null;
        }),
      failed: (problem) =>
        this.#change(key, (item) => {
          item.state = problem.passing ? 'lost' : 'failed';
          item.problem = problem;
          item.stop = null;
        }),
    });
  }

  #change(key: number, change: (item: Item & { stop: (() => void) | null }) => void) {
    const item = this.#items.find((item) => item.key === key);
    if (!item) return;
    change(item);
    this.#go();
  }
}
