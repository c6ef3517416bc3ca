import { m } from '$lib/paraglide/messages.js';
import type { Option } from './types';

/** Why an option cannot be changed here; none if it can. */
export function lockOf(option: Option): string | null {
  if (!option.locked) return null;
  const stronger = option.layer === 'environment' || option.layer === 'flag';
  return stronger ? m.settings_locked_by({ place: option.place }) : m.settings_locked_machine();
}

/** The same for a field within an entry of a list. */
export function fieldLockOf(list: Option, index: number, field: string): string | null {
  if (list.locked) return lockOf(list);
  return list.locked_fields.includes(`${String(index)}.${field}`) ? m.settings_locked_by({ place: list.place }) : null;
}
