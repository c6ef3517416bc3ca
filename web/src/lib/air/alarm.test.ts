import { describe, expect, it, vi } from 'vitest';

// Where a browser keeps the language.
vi.stubGlobal('localStorage', { getItem: () => 'vi', setItem: () => {} });
const { alarmText, missReason } = await import('./alarm');

describe('alarms', () => {
  it('names broadcast, hour and reason of a miss', () => {
    const values = { name: 'Sáng', start: '2026-11-24T05:00:00+07:00', reason: 'late' };
    const text = alarmText({ severity: 'error', code: 'missed', values });
    expect(text).toContain('Sáng');
    expect(text).toContain('05:00');
    expect(text).toContain(missReason('late'));
  });

  it('hides none that it does not know', () => {
    expect(alarmText({ severity: 'error', code: 'new_one', values: { what: 'x' } })).toBe('new_one x');
    expect(missReason('other')).toBe('other');
  });
});
