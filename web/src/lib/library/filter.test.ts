import { describe, expect, it } from 'vitest';
import { addressOf, queryOf } from './filter';

describe('the filter of the library', () => {
  it('comes back out of its own address', () => {
    const filter = {
      text: 'đường làng & <xóm>',
      state: 'sent_back',
      topic: 'CCHC',
      never_aired: true,
      order: 'title',
    };
    const address = new URL(addressOf(filter), 'http://loa');
    expect(queryOf(address.searchParams)).toEqual(filter);
  });

  it('leaves out what is not asked for', () => {
    expect(addressOf({ text: '  ', state: '' })).toBe('/library');
    expect(queryOf(new URLSearchParams('state=&cursor=x&never_aired=no'))).toEqual({});
  });
});
