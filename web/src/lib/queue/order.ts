/** A place in the queue, said by who is next to it, as the API takes it. */
export type Place = 'first' | 'last' | { before: number } | { after: number };

/**
 * Where an entry went when a list was put in another order: beside a neighbour, so that it means the same if others have moved
 * meanwhile. None if it is where it was.
 */
export function placeOf(before: readonly number[], after: readonly number[], entry: number): Place | null {
  if (before.length === after.length && before.every((known, index) => known === after[index])) return null;
  const index = after.indexOf(entry);
  if (index === 0) return after[1] === undefined ? 'first' : { before: after[1] };
  const neighbour = after[index - 1];
  return neighbour === undefined ? 'last' : { after: neighbour };
}

/** What a button does with an entry of a list. */
export type Step = 'up' | 'down' | 'first' | 'last';

/** Where a button takes an entry of a list; none where it cannot go on. */
export function stepOf(list: readonly number[], entry: number, step: Step): Place | null {
  const index = list.indexOf(entry);
  const neighbour = step === 'up' || step === 'first' ? list[index - 1] : list[index + 1];
  if (index < 0 || neighbour === undefined) return null;
  switch (step) {
    case 'up':
      return { before: neighbour };
    case 'down':
      return { after: neighbour };
    case 'first':
      return { before: list[0] as number };
    case 'last':
      return { after: list.at(-1) as number };
  }
}

/** The entries of one list: those bound to the slot, or with none given those that any slot may take. */
export function entriesOf<T extends { slot?: string | null | undefined }>(
  items: readonly T[],
  slot: string | null,
): T[] {
  return items.filter((item) => (item.slot ?? null) === slot);
}
