import { describe, expect, it } from 'vitest';
import {
  askedLedger,
  changeBody,
  chosen,
  emptyForm,
  EVERYTHING,
  faultsOf,
  formOf,
  ledgerAddress,
  narrowed,
  newBody,
  readLedger,
  sums,
  tableFault,
  tableText,
} from './activity';
import type { Activity } from './types';

const entry = (number: number, rest: Partial<Activity> = {}): Activity => ({
  number,
  version: 1,
  at: '2026-06-05T08:00:00+07:00',
  by: 'Nguyễn Thị Lan',
  struck: false,
  kind: 'portal_article',
  day: '2026-06-05',
  title: 'Bộ phận một cửa',
  count: 1,
  evidence: [],
  proofs: [],
  by_hand: true,
  ...rest,
});

describe('the choice of entries', () => {
  it('comes back from its address', () => {
    for (const choice of [
      EVERYTHING,
      { from: '2026-01-01', to: '2026-06-30', kind: 'conference', campaign: 'CCHC-2026', struck: true },
    ]) {
      expect(readLedger(new URL(ledgerAddress(choice), 'http://loa').searchParams)).toEqual(choice);
    }
    expect(narrowed({ ...EVERYTHING, kind: 'conference', struck: true })).toBe(2);
  });

  it('asks for days in pairs, whichever of them is left open', () => {
    expect(askedLedger(EVERYTHING, '2026-06-10')).toEqual({});
    expect(askedLedger({ ...EVERYTHING, from: '2026-06-01' }, '2026-06-10')).toEqual({
      from: '2026-06-01',
      to: '2026-06-10',
    });
    const { from, to } = askedLedger({ ...EVERYTHING, from: '2026-07-01' }, '2026-06-10');
    expect(from && to && from <= to).toBe(true);
  });

  it('narrows by kind and campaign, and shows the latest first', () => {
    const items = [
      entry(1),
      entry(2, { day: '2026-06-09', campaign: 'CCHC-2026' }),
      entry(3, { kind: 'conference' }),
      entry(4),
    ];
    const numbers = (choice: Partial<typeof EVERYTHING>) =>
      chosen(items, { ...EVERYTHING, ...choice }).map(({ number }) => number);
    expect(numbers({})).toEqual([2, 4, 3, 1]);
    expect(numbers({ kind: 'conference' })).toEqual([3]);
    expect(numbers({ campaign: '-' })).toEqual([4, 3, 1]);
  });

  it('sums what counts: nothing that is struck out', () => {
    const items = [
      entry(1, { count: 3, evidence: ['https://a.vn'] }),
      entry(2, { count: 2 }),
      entry(3, { struck: true }),
    ];
    expect(sums(items)).toEqual([{ kind: 'portal_article', count: 5, proven: 3 }]);
  });
});

describe('the form of an entry', () => {
  const form = { ...emptyForm('2026-06-05'), kind: 'portal_article' as const, title: ' Một cửa ' };

  it('names what the station would refuse', () => {
    expect([...faultsOf(form, '2026-06-05', false)]).toEqual([]);
    expect([...faultsOf(emptyForm(''), '2026-06-05', true)]).toEqual(['kind', 'day', 'title', 'why']);
    const wrong = { ...form, day: '2026-06-06', count: '1,5', link: 'laicach.gov.vn' };
    expect([...faultsOf(wrong, '2026-06-05', false)]).toEqual(['day_to_come', 'count', 'link']);
  });

  it('sends what was typed, and nothing for what was left empty', () => {
    expect(newBody(form, [])).toMatchObject({ title: 'Một cửa', count: 1, topic: null, link: null, evidence: [] });
    const scan = { kind: 'file' as const, text: 'biên bản.pdf', digest: 'ab' };
    expect(newBody({ ...form, document: ' 05/KH-UBND ' }, [scan]).evidence).toEqual([
      { kind: 'document', text: '05/KH-UBND' },
      scan,
    ]);
  });

  it('sends only what a correction changes, and nothing if that is nothing', () => {
    const before = entry(7, { campaign: 'CCHC-2026' });
    const same = { ...formOf(before), why: 'sai' };
    expect(changeBody(before, same)).toBeNull();
    expect(changeBody(before, { ...same, count: '2', campaign: '' })).toEqual({ why: 'sai', count: 2, campaign: '' });
  });
});

describe('a table', () => {
  it('has its faults taken apart where they are of a cell', () => {
    const text = 'line 3, column `day`: `31/2/2026`, expected a day such as 2023-06-14 or 14/6/2023';
    expect(tableFault(text)).toEqual({ line: 3, column: 'day', found: '31/2/2026', text });
    expect(tableFault('line 1: there is no column `kind`')).toMatchObject({ line: 1, column: null });
    expect(tableFault('and perhaps more')).toMatchObject({ line: null, column: null });
  });

  it('is read as Excel writes it: UTF-8 or UTF-16, and nothing else is guessed', () => {
    const text = 'Loại;Ngày';
    const utf16 = new Uint8Array(2 + text.length * 2);
    utf16.set([0xff, 0xfe]);
    [...text].forEach((letter, index) => {
      const code = letter.charCodeAt(0);
      utf16.set([code & 255, code >> 8], 2 + index * 2);
    });
    expect(tableText(utf16)).toBe(text);
    expect(tableText(new TextEncoder().encode(text))).toBe(text);
    expect(() => tableText(Uint8Array.from([0x4c, 0x6f, 0xfd, 0x69]))).toThrow();
  });
});
