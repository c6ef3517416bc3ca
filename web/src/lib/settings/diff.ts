/** What changed between two states of something, as lines a person reads: the audit trail keeps both. */

/** A value that is another now. */
export interface Difference {
  /** Where: `items.0.title`; empty for the whole. */
  path: string;
  before: unknown;
  after: unknown;
}

/** Lines of one change that are listed; what is more is counted. */
export const DIFFERENCES_MAX = 200;

/** What differs, in the order of the keys; nothing stands for what is not there. */
export function differences(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  walk('', before ?? undefined, after ?? undefined, found);
  return found;
}

function walk(path: string, before: unknown, after: unknown, found: Difference[]) {
  if (Object.is(before, after)) return;
  const [left, right] = [entries(before), entries(after)];
  const either = left ?? right;
  const comparable = (left || before === undefined) && (right || after === undefined) && either;
  if (!comparable) {
    if (JSON.stringify(before) !== JSON.stringify(after)) found.push({ path, before, after });
    return;
  }
  const keys = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
  if (keys.size === 0 && JSON.stringify(before) !== JSON.stringify(after)) found.push({ path, before, after });
  for (const key of keys) walk(path ? `${path}.${key}` : key, left?.get(key), right?.get(key), found);
}

/** The values inside; none of what has none. A list of plain values is one value. */
function entries(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) return null;
  return new Map(Object.entries(value));
}

/** A value in one line. */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return '—';
  if (typeof value === 'string') return value === '' ? '“”' : value;
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
