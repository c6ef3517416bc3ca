import { describe, expect, it } from 'vitest';
import { entriesOf, placeOf, stepOf } from './order';

describe('an entry that was dragged', () => {
  it('is placed beside a neighbour, never at a number', () => {
    expect(placeOf([1, 2, 3], [3, 1, 2], 3)).toEqual({ before: 1 });
    expect(placeOf([1, 2, 3], [1, 3, 2], 3)).toEqual({ after: 1 });
    expect(placeOf([1, 2, 3], [2, 3, 1], 1)).toEqual({ after: 3 });
    expect(placeOf([1, 2], [1, 2], 1)).toBe(null);
  });

  it('comes into an empty list first', () => {
    expect(placeOf([], [7], 7)).toBe('first');
  });
});

describe('an entry that is moved by buttons', () => {
  it('goes one place or to an end, and no further', () => {
    expect(stepOf([1, 2, 3], 2, 'up')).toEqual({ before: 1 });
    expect(stepOf([1, 2, 3], 2, 'down')).toEqual({ after: 3 });
    expect(stepOf([1, 2, 3], 3, 'first')).toEqual({ before: 1 });
    expect(stepOf([1, 2, 3], 1, 'last')).toEqual({ after: 3 });
    expect(stepOf([1, 2, 3], 1, 'up')).toBe(null);
    expect(stepOf([1, 2, 3], 3, 'last')).toBe(null);
    expect(stepOf([1, 2], 9, 'down')).toBe(null);
  });
});

it('lists are by slot', () => {
  const items = [{ id: 1, slot: null }, { id: 2, slot: 'sang' }, { id: 3 }];
  expect(entriesOf(items, null).map(({ id }) => id)).toEqual([1, 3]);
  expect(entriesOf(items, 'sang').map(({ id }) => id)).toEqual([2]);
});
