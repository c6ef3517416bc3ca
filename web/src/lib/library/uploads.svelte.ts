import { tus } from './tus';
import { UploadQueue, type Item } from './upload-queue';

/** The files on their way. Lives as long as the page is open, wherever in it the person goes. */
class Uploads {
  items = $state.raw<Item[]>([]);
  readonly #queue = new UploadQueue(tus(), () => this.#changed());

  /** Sends files. */
  add(files: readonly File[], bytesMax: number) {
    this.#queue.add(files, bytesMax);
  }

  retry(key: number) {
    this.#queue.retry(key);
  }

  remove(key: number) {
    this.#queue.remove(key);
  }

  /** The station tells of these from now on. */
  received(ids: readonly string[]) {
    for (const { key, id, state } of this.#queue.items) {
      if (state === 'sent' && id !== null && ids.includes(id)) this.#queue.remove(key);
    }
  }

  constructor() {
    if (typeof window === 'undefined') return;
    window.addEventListener('online', () => this.#queue.retryLost());
    window.addEventListener('beforeunload', (event) => this.#queue.busy && event.preventDefault());
  }

  #changed() {
    this.items = this.#queue.items;
  }
}

/** The files on their way. */
export const uploads = new Uploads();
