import { expect, test } from 'vitest';
import { fateOf } from './asked';

test('a microphone waits, is on hand, is heard, or goes without having been heard', () => {
  const since = '2026-11-29T05:00:00+07:00';
  const other = { microphone: 'hong', since };
  expect(fateOf({ id: 'phong-may', seen: false }, [other])).toBe('waits');
  expect(fateOf({ id: 'phong-may', seen: false }, [other, { microphone: 'phong-may', since: null }])).toBe('on_hand');
  expect(fateOf({ id: 'phong-may', seen: false }, [{ microphone: 'phong-may', since }])).toBe('heard');
  expect(fateOf({ id: 'phong-may', seen: true }, [other])).toBe('gone');
});
