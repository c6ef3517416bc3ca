/** A page of a list, and the cursor of the one after it; none if it is the last. */
export interface Page<T> {
  items: T[];
  next?: string | null | undefined;
}

/**
 * The rows of a list as far as a person has leafed: the page that it was loaded with, and those fetched after it. They go when the
 * first page is another: what followed the old one need not follow it.
 */
export class Leafed<T> {
  readonly #first: () => Page<T>;
  readonly #fetch: (cursor: string) => Promise<Page<T>>;
  #further = $state.raw<{ of: Page<T>; items: T[]; next: string | null } | null>(null);
  readonly #now = $derived.by(() => {
    const of = this.#first();
    return this.#further?.of === of ? this.#further : { of, items: [], next: of.next ?? null };
  });
  readonly rows = $derived.by(() => [...this.#now.of.items, ...this.#now.items]);

  constructor(first: () => Page<T>, fetch: (cursor: string) => Promise<Page<T>>) {
    this.#first = first;
    this.#fetch = fetch;
  }

  /** Whether more than the first page is shown. */
  get further(): boolean {
    return this.#now.items.length > 0;
  }

  /** Fetches the page after these; none if there is none. */
  get more(): (() => Promise<void>) | null {
    const { of, items, next } = this.#now;
    if (next === null) return null;
    return async () => {
      const page = await this.#fetch(next);
      // Fetched for a list that is shown no more, it is `#now` no more either.
      this.#further = { of, items: [...items, ...page.items], next: page.next ?? null };
    };
  }
}
