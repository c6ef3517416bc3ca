import { DraftStore } from './draft-store';

function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** What was typed into forms of this browser and not sent yet. */
export const drafts = new DraftStore(storage());

/** A form whose fields survive whatever happens before they are sent. */
export class Draft<T extends object> {
  /** What the form shows: bind inputs to its fields. */
  value: T;
  /** Whether something typed earlier was put back. */
  readonly restored: boolean;
  /** Whether the browser keeps what is typed. */
  kept = $state(true);
  #key: string;

  constructor(key: string, initial: T) {
    const before = drafts.get(key);
    this.restored = typeof before === 'object' && before !== null;
    this.#key = key;
    this.value = $state({ ...initial, ...(this.restored ? (before as Partial<T>) : {}) });
  }

  /** Writes down how the form stands. */
  keep() {
    this.kept = drafts.set(this.#key, $state.snapshot(this.value));
  }

  /** The form was sent, or the person throws it away: begins anew. */
  done(initial?: T) {
    drafts.delete(this.#key);
    if (initial) Object.assign(this.value, initial);
  }
}

/**
 * For the script of a component with a form: its draft, kept as it is typed. Never put a password into one.
 * `key` names form and resource, such as `clip/7`.
 */
export function useDraft<T extends object>(key: string, initial: T): Draft<T> {
  const draft = new Draft(key, initial);
  const untouched = JSON.stringify(initial);
  let before = JSON.stringify(draft.value);
  $effect(() => {
    const now = JSON.stringify($state.snapshot(draft.value));
    if (now === before) return;
    before = now;
    if (now === untouched) drafts.delete(key);
    else draft.keep();
  });
  return draft;
}
