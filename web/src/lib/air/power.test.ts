import { describe, expect, it } from 'vitest';
import { isOn, powerOf } from './power';

describe('the amplifier of a zone', () => {
  it('is shown in words, also when the station says one that is not known here', () => {
    expect(powerOf('on').tone).toBe('good');
    expect(powerOf('off').tone).toBe('quiet');
    expect(powerOf('humming')).toEqual(powerOf('unknown'));
  });

  it('is switched off by a person while it is on or about to be, and on otherwise', () => {
    expect(['switching_on', 'warming', 'on'].every(isOn)).toBe(true);
    expect(['off', 'switching_off', 'unknown'].some(isOn)).toBe(false);
  });
});
