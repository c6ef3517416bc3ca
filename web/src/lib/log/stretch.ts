import { readLength } from './place';

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
  const wrong = (text: string) => text.trim() !== '' && readLength(text) === null;
  return { from: wrong(form.from), length: wrong(form.length) || readLength(form.length) === 0 };
}

/** What is sent. */
export function bodyOf(form: StretchForm) {
  return {
    from_ms: readLength(form.from) ?? 0,
    length_ms: readLength(form.length),
    title: form.title.trim() === '' ? null : form.title.trim(),
    topic: form.topic === '' ? null : form.topic,
  };
}
