import { describe, expect, it } from 'vitest';
import { bodyOf, lengthUntil, UNTOUCHED } from './mention';

describe('the form', () => {
  it('ends an item where the player is', () => {
    expect(lengthUntil('3:10', 250_400)).toBe('1:00');
    expect(lengthUntil('3:10', 190_400)).toBe('');
    expect(lengthUntil('', 190_400)).toBe('');
  });
});

describe('what is sent', () => {
  const form = { ...UNTOUCHED, place: '0:10', title: ' Tin ', topic: 'CCHC' };

  it('is what was typed, in milliseconds', () => {
    expect(bodyOf({ ...form, length: '0:50', author: ' VOV1 ' }, 60_000).body).toEqual({
      offset_ms: 10_000,
      length_ms: 50_000,
      title: 'Tin',
      topic: 'CCHC',
      author: 'VOV1',
    });
    expect(bodyOf(form, 60_000).body).toMatchObject({ length_ms: null, author: null });
  });

  it('waits for what is missing, and for a place within the relay', () => {
    expect(bodyOf(UNTOUCHED, 60_000).faults).toEqual(['place_wanted', 'title_wanted', 'topic_wanted']);
    expect(bodyOf({ ...form, place: '1:00' }, 60_000).faults).toEqual(['beyond']);
    expect(bodyOf({ ...form, length: '0:51' }, 60_000).faults).toEqual(['beyond']);
    expect(bodyOf({ ...form, length: '0:00' }, 60_000).faults).toEqual(['length_wanted']);
    expect(bodyOf({ ...form, length: 'lâu' }, 60_000)).toEqual({ faults: ['length_wanted'], body: null });
  });
});
