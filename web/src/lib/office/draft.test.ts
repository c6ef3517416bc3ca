import { describe, expect, it } from 'vitest';
import {
  choiceOf,
  differs,
  draftAddress,
  figuresOf,
  paragraphsOf,
  periodParts,
  readDays,
  typedOf,
  undrafted,
  writtenOf,
} from './draft';
import type { Draft, Section } from './types';

const draft: Draft = {
  number: 4,
  period: '2026-H1',
  from: '2025-12-15',
  to: '2026-06-14',
  campaign: null,
  version: 2,
  at: '2026-06-15T01:00:00+07:00',
  by: 'Loa',
  sections: { tasks: ['1. Tiếp tục.'] },
  head: null,
  cause: 'due',
  changes: 0,
  changed: [],
  rewritten: [],
};
const section = (key: string): Section => ({
  key,
  level: 1,
  heading: key,
  template: ['- {{period}}'],
  from_log: false,
  stands: [],
});

describe('a draft', () => {
  it('has its days and campaign in the address', () => {
    const address = new URL(draftAddress({ ...draft, campaign: 'CCHC-2026' }, 1), 'http://loa');
    expect(readDays(address.pathname.split('/').at(-1) ?? '')).toEqual({ from: draft.from, to: draft.to });
    expect(address.search).toBe('?campaign=CCHC-2026&version=1');
    expect(readDays('2026-H1')).toBeNull();
  });

  it('is asked for under the name of its period, so that the next version keeps it', () => {
    expect(choiceOf(draft)).toMatchObject({ period: '2026-H1', calendar: 'nd09', from: '' });
    expect(choiceOf({ ...draft, from: '2026-01-01', to: '2026-06-30' })).toMatchObject({ calendar: 'calendar' });
    const days = { ...draft, period: '2026-02-01..2026-03-10', from: '2026-02-01', to: '2026-03-10' };
    expect(choiceOf(days)).toMatchObject({ period: '', from: '2026-02-01', to: '2026-03-10' });
  });

  it('is waited for when a half year is over, or what was drafted before', () => {
    const of = (text: string, from: string, to: string, preset = 'nd09') => ({ text, from, to, preset });
    const periods = [
      of('2026-H2', '2026-06-15', '2026-12-14'),
      of('2026-H1', '2025-12-15', '2026-06-14'),
      of('2025-H2', '2025-06-15', '2025-12-14'),
      of('2026-H1', '2026-01-01', '2026-06-30', 'calendar'),
      of('2026-Q2', '2026-03-15', '2026-06-14'),
    ];
    const waiting = (drafts: Draft[]) => undrafted(periods, drafts, 'nd09', '2026-07-01').map(({ text }) => text);
    expect(waiting([])).toEqual(['2026-H1', '2025-H2']);
    expect(waiting([draft])).toEqual(['2025-H2']);
    expect(waiting([{ ...draft, period: '2026-Q1', to: '2026-03-14' }])).toEqual(['2026-H1', '2025-H2', '2026-Q2']);
  });
});

it('takes the names of periods apart', () => {
  expect(periodParts('2026')).toEqual({ kind: 'year', year: '2026', number: 0 });
  expect(periodParts('2026-H2')).toEqual({ kind: 'half', year: '2026', number: 2 });
  expect(periodParts('2026-Q3')).toEqual({ kind: 'quarter', year: '2026', number: 3 });
  expect(periodParts('2026-06')).toEqual({ kind: 'month', year: '2026', number: 6 });
  expect(periodParts('2026-02-01..2026-03-10')).toEqual({ kind: 'days', from: '2026-02-01', to: '2026-03-10' });
});

describe('prose', () => {
  it('comes back from the way it is typed', () => {
    const paragraphs = ['- Một.', '- Hai.'];
    expect(paragraphsOf(typedOf(paragraphs))).toEqual(paragraphs);
    expect(differs(`${typedOf(paragraphs)}\n\n`, paragraphs)).toBe(false);
    expect(differs('- Một.', paragraphs)).toBe(true);
  });

  it('loses what Word leaves between the words, and is composed', () => {
    expect(paragraphsOf('\t- Khó\tkhăn\r\n \r\nba\u0300i')).toEqual(['- Khó khăn', 'bài']);
  });

  it('is that of the clerk, else of the template', () => {
    expect(writtenOf(draft, section('tasks'))).toEqual(['1. Tiếp tục.']);
    expect(writtenOf(draft, section('content'))).toEqual(['- {{period}}']);
  });
});

it('reads the figures of a document, and takes what is not there for nothing', () => {
  const figures = figuresOf({
    items: 100,
    relays: { sessions: 181, minutes: 5430 },
    planned: 362,
    occurrences: { aired: 360 },
    activities: [
      { kind: 'conference', count: 2, proven: 1 },
      { kind: 'mobile_car', count: 0, proven: 0 },
    ],
  });
  expect(figures).toMatchObject({ items: 100, airings: 0, relays: 181, planned: 362, aired: 360 });
  expect(figures.activities).toEqual([{ kind: 'conference', count: 2, proven: 1 }]);
  expect(figuresOf(null).items).toBe(0);
});
