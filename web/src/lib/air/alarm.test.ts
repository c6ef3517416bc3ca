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

  it('calls a zone by its name, or by its identifier where it has none', () => {
    const alarm = (values: Record<string, string>) => alarmText({ severity: 'error', code: 'muted', values });
    expect(alarm({ zone: 'cho', zone_name: 'Cụm loa chợ', by: 'An' })).toMatch(/^“Cụm loa chợ”/);
    expect(alarm({ zone: 'cho', by: 'An' })).toMatch(/^“cho”/);
  });

  it('tells what is wrong with a relay in the language of the page, as far as the station said it so', () => {
    const values: Record<string, string> = { name: 'VOV1', fault: 'no source sounds' };
    const text = () => alarmText({ severity: 'error', code: 'relay_failed', values });
    expect(text()).toContain('no source sounds');
    values['fault_vi'] = 'không nguồn nào có tiếng';
    expect(text()).toContain('không nguồn nào có tiếng');
  });

  it('hides none that it does not know', () => {
    expect(alarmText({ severity: 'error', code: 'new_one', values: { what: 'x' } })).toBe('new_one x');
    expect(missReason('other')).toBe('other');
  });
});
