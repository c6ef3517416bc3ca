import { byAlphabet } from '$lib/format/search';

/** A column of a list. */
export interface Column<Row> {
  id: string;
  label: string;
  /** What the cell says, where no snippet draws it. */
  text?: (row: Row) => string;
  /** What rows are sorted by on this page; text in the order of the Vietnamese alphabet, nothing last. */
  sort?: (row: Row) => string | number | null | undefined;
  /** The station sorts by it. */
  sortable?: boolean;
  /** At the right, as numbers are. */
  end?: boolean;
  hideOnPhones?: boolean;
}

/** By which column rows are sorted. */
export interface Sorting {
  by: string;
  down: boolean;
}

/** The rows in the order asked for; equal ones stay as they were. */
export function sorted<Row>(rows: readonly Row[], columns: Column<Row>[], sorting: Sorting | null): readonly Row[] {
  const of = columns.find((column) => column.id === sorting?.by)?.sort;
  if (!sorting || !of) return rows;
  const turn = sorting.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [of(a), of(b)];
    if (left == null || right == null) return Number(left == null) - Number(right == null);
    if (typeof left === 'number' && typeof right === 'number') return turn * (left - right);
    return turn * byAlphabet(String(left), String(right));
  });
}
