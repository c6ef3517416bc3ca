import { fold } from '$lib/format/search';
import { describe, expect, it } from 'vitest';
import { bodyOf, emptyForm, formOf, idFrom, moved } from './form';
import { changedFields } from './merge';
import type { Slot } from './types';

const slot: Slot = {
  id: 'sang',
  version: 3,
  since: '2026-11-24T05:00:00+07:00',
  name: 'Bản tin sáng',
  recurrence: '0 5 * * 1-5',
  words: { vi: 'thứ Hai đến thứ Sáu, 05:00', en: 'Monday to Friday, 05:00' },
  pattern: { every: 'week', weekdays: [1, 2, 3, 4, 5], times: ['05:00:00'] },
  zones: ['thi-tran'],
  rundown: [
    { kind: 'ident', clip: 1, title: 'Nhạc hiệu', length_ms: 20_000 },
    { kind: 'rotation', count: 2, topic: 'CCHC' },
  ],
  length_max_s: 1800,
  grace_s: 300,
  overrun: 'finish',
  interrupted: 'resume',
  valid: { from: null, to: null },
  exceptions: [{ kind: 'holidays' }],
};

describe('the form of a slot', () => {
  it('sends only what was changed', () => {
    const before = formOf(slot);
    const now = { ...before, lengthMinutes: 20, validTo: '2026-12-31' };
    expect(bodyOf(changedFields(before, now))).toEqual({ length_max_s: 1200, valid: { from: null, to: '2026-12-31' } });
  });

  it('sends a rundown as the station reads it', () => {
    expect(bodyOf({ rundown: formOf(slot).rundown }).rundown).toEqual([
      { kind: 'ident', clip: 1 },
      { kind: 'rotation', count: 2, topic: 'CCHC', campaign: null },
    ]);
  });

  it('sends cron text once there is no pattern', () => {
    expect(bodyOf({ pattern: null, recurrence: '0 5 13 * 5' })).toEqual({ recurrence: '0 5 13 * 5' });
    expect(bodyOf(emptyForm(['a']))).toMatchObject({
      pattern: { every: 'week', weekdays: [1, 2, 3, 4, 5, 6, 7], times: ['05:00:00'] },
    });
  });

  it('names a slot after what people call it', () => {
    expect(idFrom('Bản tin sáng – 05:00', fold)).toBe('ban-tin-sang-05-00');
    expect(idFrom('Đọc truyện đêm khuya cho bà con xã nhà', fold)).toBe('doc-truyen-dem-khuya-cho-ba-con');
  });

  it('moves a line to any place', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
  });
});
