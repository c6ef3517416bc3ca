import type { Changes, Entry, Fault, Option, Value } from './types';

/** Whether two values are the same, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value]) => key in b && same(value, (b as Entry)[key]));
}

/** The changes with one more: an option that is again as it is saved is no change. */
export function changed(changes: Changes, option: Option, value: Value): Changes {
  const rest = Object.fromEntries(Object.entries(changes).filter(([key]) => key !== option.key));
  if (value === null) return option.layer === 'console' ? { ...rest, [option.key]: null } : rest;
  return same(value, option.value) ? rest : { ...rest, [option.key]: value };
}

/** What an option would be. */
export function valueOf(changes: Changes, option: Option): Value {
  const value = changes[option.key];
  if (value === undefined) return option.value as Value;
  return value === null ? (option.below as Value) : value;
}

/** The changes that are still changes of these options, after somebody else has saved; locked ones are none. */
export function stillChanged(changes: Changes, options: readonly Option[]): Changes {
  return options.reduce<Changes>((kept, option) => {
    const value = changes[option.key];
    return value === undefined || option.locked ? kept : changed(kept, option, value);
  }, {});
}

/** What is wrong with an option or within it. */
export function faultOf(faults: readonly Fault[], key: string): Fault | null {
  return faults.find((fault) => fault.key === key) ?? null;
}

/** The keys that a fault stands at, which no shown field would show: they are told below the form. */
export function unshown(faults: readonly Fault[], shown: ReadonlySet<string>): Fault[] {
  return faults.filter(({ key }) => key == null || !shown.has(key));
}

/** A value within an entry: `output.device`. */
export function within(entry: Entry, path: string): Value {
  return path.split('.').reduce<Value>((value, part) => {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value[part] ?? null) : null;
  }, entry);
}

/** The entry with another value within it. */
export function withValue(entry: Entry, path: string, value: Value): Entry {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length === 0) return { ...entry, [first]: value };
  const below = entry[first];
  const inner = typeof below === 'object' && below !== null && !Array.isArray(below) ? below : {};
  return { ...entry, [first]: withValue(inner, rest.join('.'), value) };
}
