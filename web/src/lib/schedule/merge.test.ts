import { describe, expect, it } from 'vitest';
import { changedFields, mergeOf } from './merge';

const before = { name: 'Sáng', times: ['05:00'], length: 30 };

describe('two people on one slot', () => {
  it('keeps both changes where they touch different fields', () => {
    const { merged, both, taken } = mergeOf(before, { ...before, length: 20 }, { ...before, name: 'Sớm' });
    expect(merged).toEqual({ name: 'Sớm', times: ['05:00'], length: 20 });
    expect(both).toEqual([]);
    expect(taken).toEqual([{ field: 'name', before: 'Sáng', mine: 'Sáng', theirs: 'Sớm' }]);
  });

  it('asks where both changed the same field, and keeps the own meanwhile', () => {
    const mine = { ...before, times: ['05:30'] };
    const { merged, both } = mergeOf(before, mine, { ...before, times: ['06:00'] });
    expect(merged).toEqual(mine);
    expect(both).toEqual([{ field: 'times', before: ['05:00'], mine: ['05:30'], theirs: ['06:00'] }]);
  });

  it('asks nothing where both made the same change', () => {
    const { both, taken } = mergeOf(before, { ...before, length: 20 }, { ...before, length: 20 });
    expect([...both, ...taken]).toEqual([]);
  });

  it('sends what changed and nothing else', () => {
    expect(changedFields(before, { ...before, times: ['05:00', '17:00'] })).toEqual({ times: ['05:00', '17:00'] });
    expect(changedFields(before, { ...before })).toEqual({});
  });
});
