/** Drafts that are kept; the oldest makes room for a new one. */
export const DRAFTS_MAX = 40;
/** A draft longer than this is not kept; no form of this console comes near. Characters. */
export const DRAFT_LENGTH_MAX = 200_000;

const PREFIX = 'loa.draft.';
const ORDER = 'loa.drafts';

/** What was typed into forms and not sent yet, by the key of the form. Survives a session that ends and a closed window. */
export class DraftStore {
  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null) {}

  /** The draft of a form; none if nothing was typed, or what is kept cannot be read. */
  get(key: string): unknown {
    try {
      const kept = this.storage?.getItem(PREFIX + key);
      return kept == null ? undefined : JSON.parse(kept);
    } catch {
      return undefined;
    }
  }

  /** Keeps a draft. False: this browser cannot, so leaving the page loses it. */
  set(key: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    if (!this.storage || text.length > DRAFT_LENGTH_MAX) return false;
    try {
      const order = [...this.#order().filter((other) => other !== key), key];
      for (const old of order.splice(0, order.length - DRAFTS_MAX)) this.storage.removeItem(PREFIX + old);
      this.storage.setItem(PREFIX + key, text);
      this.storage.setItem(ORDER, JSON.stringify(order));
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets a draft, as when its form was sent. */
  delete(key: string) {
    try {
      this.storage?.removeItem(PREFIX + key);
      this.storage?.setItem(ORDER, JSON.stringify(this.#order().filter((other) => other !== key)));
    } catch {
      // What cannot be written was not kept either.
    }
  }

  /** Forgets all of them, as when a person signs out of a shared computer. */
  clear() {
    for (const key of this.#order()) this.delete(key);
  }

  #order(): string[] {
    try {
      const order: unknown = JSON.parse(this.storage?.getItem(ORDER) ?? '[]');
      return Array.isArray(order) ? order.filter((key) => typeof key === 'string') : [];
    } catch {
      return [];
    }
  }
}
