import { describe, expect, it } from 'vitest';
import { differences, editOf, faults, formOf } from './clip-form';
import type { Clip } from './types';

const clip = {
  title: 'Đường làng',
  genre: 'article',
  topic: 'CCHC',
  secondary: ['KHAC'],
  campaign: null,
  author: 'Lê Chi',
  language: 'vi',
  source: 'own',
  valid_from: '2026-11-24',
  valid_to: null,
  script: null,
} as unknown as Clip;

describe('the form of a clip', () => {
  it('sends back what it was filled with', () => {
    const { title, genre, topic, secondary, campaign, author, language, source, valid_from, valid_to, script } = clip;
    const same = {
      title,
      genre,
      topic,
      secondary,
      campaign,
      author,
      language,
      source,
      valid_from,
      valid_to,
      script,
    };
    expect(editOf(formOf(clip))).toEqual(same);
  });

  it('sends nothing for what was emptied, and no topic twice', () => {
    const form = { ...formOf(clip), author: '  ', secondary: ['CCHC', '', 'KHAC'] };
    expect(editOf(form)).toMatchObject({ author: null, secondary: ['KHAC'] });
  });

  it('names what two editors wrote differently', () => {
    const theirs = { ...formOf(clip), title: 'Đường làng ngõ xóm', secondary: [] };
    expect(differences(formOf(clip), theirs)).toEqual(['title', 'secondary']);
    expect(differences(theirs, theirs)).toEqual([]);
  });

  it('knows what cannot be sent', () => {
    const form = formOf(clip);
    expect(faults(form)).toEqual({ title: null, days: false });
    expect(faults({ ...form, title: ' ' }).title).toBe('required');
    expect(faults({ ...form, title: 'ă'.repeat(301) }).title).toBe('too_long');
    expect(faults({ ...form, valid_to: '2026-11-23' }).days).toBe(true);
  });
});
