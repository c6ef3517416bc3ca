/** A length of time as people write it, in milliseconds: `5:30`, `1:02:00`, `5` (minutes); null if it is none. */
export function lengthOf(text: string): number | null {
  const parts = text.trim().split(':');
  if (parts.length > 3 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  const numbers = parts.map(Number);
  if (numbers.slice(1).some((number) => number > 59)) return null;
  const [hours = 0, minutes = 0, seconds = 0] =
    numbers.length === 3 ? numbers : numbers.length === 2 ? [0, ...numbers] : [0, numbers[0] ?? 0, 0];
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** Which stretch of a relay is brought into the library, as the form has it. */
export interface StretchForm {
  from: string;
  length: string;
  title: string;
  topic: string;
}

/** All of it, under the usual title. */
export const WHOLE: StretchForm = { from: '', length: '', title: '', topic: '' };

/** Which fields hold no length of time. */
export function wrongIn(form: StretchForm): Record<'from' | 'length', boolean> {
  const wrong = (text: string) => text.trim() !== '' && lengthOf(text) === null;
  return { from: wrong(form.from), length: wrong(form.length) || lengthOf(form.length) === 0 };
}

/** What is sent. */
export function bodyOf(form: StretchForm) {
  return {
    from_ms: lengthOf(form.from) ?? 0,
    length_ms: lengthOf(form.length),
    title: form.title.trim() === '' ? null : form.title.trim(),
    topic: form.topic === '' ? null : form.topic,
  };
}
