import { describe, expect, it } from 'vitest';
import { WHOLE, bodyOf, wrongIn } from './stretch';

describe('a stretch of a relay', () => {
  it('is all of it when nothing is written, and tells what is no length', () => {
    expect(bodyOf(WHOLE)).toEqual({ from_ms: 0, length_ms: null, title: null, topic: null });
    expect(wrongIn(WHOLE)).toEqual({ from: false, length: false });
    expect(wrongIn({ ...WHOLE, from: 'x', length: '0' })).toEqual({ from: true, length: true });
    const form = { from: '12:30', length: '10', title: ' Thời sự ', topic: 'TTHC' };
    expect(bodyOf(form)).toEqual({ from_ms: 750_000, length_ms: 600_000, title: 'Thời sự', topic: 'TTHC' });
  });
});
