import { describe, expect, it } from 'vitest';
import { asked, EVERYTHING, moved, narrowed, readChoice, weekOf, writeChoice, type Choice } from './choice';

const choices: Choice[] = [
  EVERYTHING,
  { ...EVERYTHING, view: 'days', from: '2026-11-23', to: '2026-11-29' },
  { ...EVERYTHING, outcome: 'missed', text: 'một cửa & hai', counted: 'false', corrected: true, order: 'earliest' },
  { ...EVERYTHING, not_heard: true },
  { ...EVERYTHING, campaign: '-', kind: 'own', slot: 'buoi-sang', topic: 'CCHC.MC', source: 'own' },
];

describe('a choice of the log', () => {
  it('comes back from its address as it was', () => {
    for (const choice of choices) {
      expect(readChoice(new URLSearchParams(writeChoice(choice).toString()))).toEqual(choice);
    }
  });

  it('has an address without what is not chosen', () => {
    expect(writeChoice(EVERYTHING).toString()).toBe('');
    expect(writeChoice({ ...EVERYTHING, counted: 'true' }).toString()).toBe('counted=true');
  });

  it('takes nonsense in the address for nothing', () => {
    const read = readChoice(new URLSearchParams('view=x&from=yesterday&counted=maybe&order=up'));
    expect(read).toEqual(EVERYTHING);
  });

  it('asks for no campaign by an empty code and leaves out what is not chosen', () => {
    expect(asked({ ...EVERYTHING, campaign: '-' })).toEqual({ order: 'latest', campaign: '' });
    expect(asked({ ...EVERYTHING, counted: 'false', corrected: true })).toEqual({
      order: 'latest',
      counted: false,
      corrected: true,
    });
    expect(asked({ ...EVERYTHING, not_heard: true })).toEqual({ order: 'latest', not_heard: true });
  });

  it('asks for the slot by its id', () => {
    expect(asked({ ...EVERYTHING, slot: 'sang' })).toEqual({ order: 'latest', slot: 'sang' });
  });

  it('counts the filters, not the view', () => {
    expect(narrowed({ ...EVERYTHING, view: 'days', order: 'earliest' })).toBe(0);
    expect(narrowed({ ...EVERYTHING, from: '2026-01-01', text: 'a', slot: 'sang' })).toBe(3);
  });
});

describe('weeks', () => {
  it('go from Monday to Sunday, over the ends of months and years', () => {
    expect(weekOf('2026-11-24')).toEqual({ from: '2026-11-23', to: '2026-11-29' });
    expect(weekOf('2026-11-29')).toEqual({ from: '2026-11-23', to: '2026-11-29' });
    expect(weekOf('2027-01-01')).toEqual({ from: '2026-12-28', to: '2027-01-03' });
    expect(moved('2028-02-28', 1)).toBe('2028-02-29');
  });
});
