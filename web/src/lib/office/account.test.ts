import { describe, expect, it } from 'vitest';
import { fileName } from './download';
import { slotOf, STATES, tiesOut, total, type Reconciliation, type Sums } from './reconciliation';
import { barOf } from './standing';

const sums = (...counts: number[]): Sums => {
  const entries = STATES.map((state, index) => [state, counts[index] ?? 0] as const);
  return { ...Object.fromEntries(entries), planned: counts.reduce((all, count) => all + count, 0) } as Sums;
};
const deviation = { occurrence_id: 'sang@2026-01-05T05:00:00', planned_start: '', words: '' };
const account: Reconciliation = {
  station: 'Đài',
  made_at: '',
  program: '',
  simulated: false,
  log_head: null,
  period: { from: '', to: '', text: '', name_vi: '' },
  closed: false,
  sums: sums(10, 1, 1, 0, 0, 3),
  by_slot: [
    { slot: 'sang', name: null, ...sums(6, 1, 0, 0, 0, 1) },
    { slot: 'chieu', name: null, ...sums(4, 0, 1, 0, 0, 2) },
  ],
  by_reason: [
    { state: 'partial', reason: null, by: null, words: '', count: 1 },
    { state: 'missed', reason: 'power', by: null, words: '', count: 1 },
  ],
  deviations: [
    { ...deviation, state: 'partial' },
    { ...deviation, state: 'missed' },
  ],
};

describe('an account', () => {
  it('ties out when the states make up the plan, the slots the whole, and every deviation is named', () => {
    expect(total(account.sums)).toBe(15);
    expect(tiesOut(account)).toBe(true);
  });

  it('does not when any one number is another', () => {
    for (const state of ['planned', ...STATES] as const) {
      expect(tiesOut({ ...account, sums: { ...account.sums, [state]: account.sums[state] + 1 } }), state).toBe(false);
    }
    expect(tiesOut({ ...account, by_slot: account.by_slot.slice(1) })).toBe(false);
    expect(tiesOut({ ...account, by_reason: account.by_reason.slice(1) })).toBe(false);
    expect(tiesOut({ ...account, deviations: account.deviations.slice(1) })).toBe(false);
  });

  it('knows the slot of an occurrence by its name', () => {
    expect(slotOf('sang@2026-01-05T05:00:00')).toBe('sang');
  });
});

it('draws a goal within its bar, whatever was done', () => {
  expect(barOf({ target: 40, done: 10, due: 20, forecast: 22 })).toEqual({
    done: 0.25,
    due: 0.5,
    lacking: 10,
    reached: false,
  });
  expect(barOf({ target: 40, done: 60, due: 20, forecast: 90 })).toMatchObject({ done: 1, lacking: 0, reached: true });
  expect(barOf({ target: 0, done: 0, due: 0, forecast: 0 })).toMatchObject({ done: 1, reached: true });
});

it('takes the name of a file from the answer', () => {
  expect(fileName('attachment; filename="bao-cao-2026-H1.docx"', 'x')).toBe('bao-cao-2026-H1.docx');
  expect(fileName(null, 'bao-cao.pdf')).toBe('bao-cao.pdf');
});
