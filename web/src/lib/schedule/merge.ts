/** A field that two people changed, each in their own way. */
export interface Difference<K extends string = string> {
  field: K;
  /** As it was when this person began. */
  before: unknown;
  /** As this person wants it. */
  mine: unknown;
  /** As the other person saved it. */
  theirs: unknown;
}

/** What became of a form whose resource somebody else changed meanwhile. */
export interface Merge<T> {
  /** The form with the other person's changes in it; where both changed a field, as this person has it. */
  merged: T;
  /** Fields that both changed. */
  both: Difference<Extract<keyof T, string>>[];
  /** Fields that only the other person changed. */
  taken: Difference<Extract<keyof T, string>>[];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Three ways: what was, what this person made of it, what the other person made of it. */
export function mergeOf<T extends object>(before: T, mine: T, theirs: T): Merge<T> {
  const merged = { ...mine };
  const both: Merge<T>['both'] = [];
  const taken: Merge<T>['taken'] = [];
  for (const field of Object.keys(mine) as Extract<keyof T, string>[]) {
    if (same(theirs[field], before[field]) || same(theirs[field], mine[field])) continue;
    const difference = { field, before: before[field], mine: mine[field], theirs: theirs[field] };
    if (same(mine[field], before[field])) {
      merged[field] = theirs[field];
      taken.push(difference);
    } else {
      both.push(difference);
    }
  }
  return { merged, both, taken };
}

/** The fields of a form that are not as they were: what is to be sent. */
export function changedFields<T extends object>(before: T, now: T): Partial<T> {
  const fields = Object.keys(now) as (keyof T)[];
  return Object.fromEntries(
    fields.filter((field) => !same(before[field], now[field])).map((field) => [field, now[field]]),
  ) as Partial<T>;
}
