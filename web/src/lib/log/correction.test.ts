import { expect, it } from 'vitest';
import { bodyOf, changes, formOf } from './correction';

const row = { title: 'Bộ phận một cửa', topic: 'CCHC.MC', campaign: null, author: 'Hoa', counted: true };

it('changes nothing before something is typed', () => {
  expect(changes(row, formOf(row))).toEqual([]);
  expect(bodyOf(row, { ...formOf(row), why: ' xem lại ' })).toEqual({ why: 'xem lại' });
});

it('sends only what changes, an emptied field as empty', () => {
  const form = { ...formOf(row), author: ' ', counted: 'false' as const, note: 'loa hỏng', why: 'mất tiếng' };
  expect(changes(row, form).map(({ field }) => field)).toEqual(['author', 'counted', 'note']);
  expect(bodyOf(row, form)).toEqual({ why: 'mất tiếng', author: '', counted: false, note: 'loa hỏng' });
});
