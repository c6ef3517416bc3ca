import { expect, it } from 'vitest';
import { askedReport, readReport, reportAddress, usualReport } from './period';

const half = { period: '2026-H2', calendar: 'nd09' as const, from: '', to: '', campaign: '' };

it('reads the report that its address names', () => {
  for (const choice of [half, { ...half, calendar: 'calendar' as const, campaign: 'CCHC-2026' }]) {
    const address = new URL(reportAddress(choice), 'http://loa');
    expect(readReport(address.searchParams)).toEqual(choice);
  }
});

it('asks for a named period or two days, never both', () => {
  expect(askedReport({ ...half, from: '2026-01-01' })).toEqual({ period: '2026-H2', calendar: 'nd09' });
  const days = { period: '', calendar: '' as const, from: '2026-01-01', to: '2026-01-31', campaign: '' };
  expect(askedReport(days)).toEqual({ from: '2026-01-01', to: '2026-01-31' });
});

it('without a whole period shows the usual one', () => {
  expect(readReport(new URLSearchParams('from=2026-01-01'))).toBeNull();
  expect(usualReport([{ text: '2026-H2', preset: 'nd09' }])).toEqual(half);
});

it('keeps the sign of a figure in the address', () => {
  expect(reportAddress(half, 'topic=CCHC.KQ')).toBe('/reports?period=2026-H2&calendar=nd09&figure=topic%3DCCHC.KQ');
});
