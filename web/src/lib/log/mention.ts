import { readPlace, writePlace } from './place';

/** An item that was heard inside a relay, as the form has it. */
export interface MentionForm {
  /** Where it begins, as a player shows it: `3:10`. */
  place: string;
  /** How long it is, in the same way; nothing if nobody knows. */
  length: string;
  title: string;
  topic: string;
  author: string;
}

/** A form that nobody has typed into. */
export const UNTOUCHED: MentionForm = { place: '', length: '', title: '', topic: '', author: '' };

/** What is wrong with a form, by field. */
export type MentionFault = 'place_wanted' | 'length_wanted' | 'beyond' | 'title_wanted' | 'topic_wanted';

/** What is sent, of a relay that was heard for so long; or what keeps it from being sent. */
export function bodyOf(form: MentionForm, lastedMs: number) {
  const offset_ms = readPlace(form.place);
  const length_ms = form.length.trim() === '' ? null : readPlace(form.length);
  const faults: MentionFault[] = [];
  if (offset_ms === null) faults.push('place_wanted');
  else if (offset_ms >= lastedMs || offset_ms + (length_ms ?? 0) > lastedMs) faults.push('beyond');
  if (form.length.trim() !== '' && !length_ms) faults.push('length_wanted');
  if (form.title.trim() === '') faults.push('title_wanted');
  if (form.topic === '') faults.push('topic_wanted');
  if (faults.length > 0 || offset_ms === null) return { faults, body: null };
  const author = form.author.trim() || null;
  return { faults, body: { offset_ms, length_ms, title: form.title.trim(), topic: form.topic, author } };
}

/** How long an item is that begins at the place of the form and ends where the player is; nothing if that is no length. */
export function lengthUntil(place: string, playerMs: number): string {
  const from = readPlace(place);
  return from === null || playerMs - from < 1000 ? '' : writePlace(playerMs - from);
}
