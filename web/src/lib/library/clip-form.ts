import type { Clip, ClipEdit } from './types';

/** Further topics a clip may have. */
export const SECONDARY_MAX = 3;
/** Characters of a title. */
export const TITLE_MAX = 300;

/** The form of a clip: what is typed in its fields, an empty text for nothing. */
export interface ClipForm {
  title: string;
  genre: string;
  topic: string;
  secondary: string[];
  campaign: string;
  author: string;
  language: string;
  source: string;
  valid_from: string;
  valid_to: string;
  script: string;
}

/** The form as a clip fills it. */
export function formOf(clip: Clip): ClipForm {
  return {
    title: clip.title,
    genre: clip.genre,
    topic: clip.topic,
    secondary: [...clip.secondary],
    campaign: clip.campaign ?? '',
    author: clip.author ?? '',
    language: clip.language,
    source: clip.source,
    valid_from: clip.valid_from ?? '',
    valid_to: clip.valid_to ?? '',
    script: clip.script ?? '',
  };
}

/** What is sent of a form. */
export function editOf(form: ClipForm): ClipEdit {
  const given = (text: string) => (text.trim() === '' ? null : text);
  return {
    title: form.title.trim(),
    genre: form.genre,
    topic: form.topic,
    secondary: form.secondary.filter((code) => code !== '' && code !== form.topic),
    campaign: given(form.campaign),
    author: given(form.author),
    language: form.language.trim(),
    source: form.source,
    valid_from: given(form.valid_from),
    valid_to: given(form.valid_to),
    script: given(form.script),
  };
}

/** Fields in which two forms differ: what the second of two editors is shown. */
export function differences(mine: ClipForm, theirs: ClipForm): (keyof ClipForm)[] {
  const same = (one: string | string[], other: string | string[]) => JSON.stringify(one) === JSON.stringify(other);
  return (Object.keys(theirs) as (keyof ClipForm)[]).filter((field) => !same(mine[field], theirs[field]));
}

/** What keeps a form from being sent. */
export function faults(form: ClipForm): { title: 'required' | 'too_long' | null; days: boolean } {
  const title = form.title.trim() === '' ? 'required' : [...form.title].length > TITLE_MAX ? 'too_long' : null;
  return { title, days: form.valid_from !== '' && form.valid_to !== '' && form.valid_to < form.valid_from };
}
