import { describe, expect, it } from 'vitest';
import { changed, faultOf, same, stillChanged, valueOf, within, withValue } from './changes';
import type { Option } from './types';

function option(key: string, value: unknown, more: Partial<Option> = {}): Option {
  return {
    key,
    value,
    below: value,
    default: value,
    about: '',
    form: null,
    fields: [],
    layer: 'default',
    place: '',
    locked: false,
    locked_fields: [],
    restart: 'station',
    ...more,
  } as Option;
}

describe('changes of settings', () => {
  it('are those that differ from what is saved', () => {
    const ring = option('audio.ring_seconds', 4);
    const one = changed({}, ring, 6);
    expect(one).toEqual({ 'audio.ring_seconds': 6 });
    expect(changed(one, ring, 4)).toEqual({});
    const list = option('campaign', [{ code: 'A', days: { from: '' } }]);
    expect(changed({}, list, [{ days: { from: '' }, code: 'A' }])).toEqual({});
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same({ a: 1 }, { b: 1 })).toBe(false);
  });

  it('take back only what the console said, and show what holds then', () => {
    const file = option('audio.ring_seconds', 5, { layer: 'file' });
    expect(changed({}, file, null)).toEqual({});
    const console = option('audio.ring_seconds', 6, { layer: 'console', below: 5 });
    const taken = changed({}, console, null);
    expect(taken).toEqual({ 'audio.ring_seconds': null });
    expect(valueOf(taken, console)).toBe(5);
    expect(valueOf({}, console)).toBe(6);
  });

  it('that somebody else has made or forbidden meanwhile are none any more', () => {
    const changes = { a: 1, b: 2, c: 3, gone: 4 };
    const now = [option('a', 1), option('b', 7), option('c', 0, { locked: true })];
    expect(stillChanged(changes, now)).toEqual({ b: 2 });
  });

  it('reach into entries of a list without touching their neighbours', () => {
    const zone = { id: 'cho', output: { kind: 'device', device: '' } };
    const other = withValue(zone, 'output.device', 'hw:1,0');
    expect(within(other, 'output.device')).toBe('hw:1,0');
    expect(within(other, 'output.kind')).toBe('device');
    expect(zone.output.device).toBe('');
    expect(within(zone, 'output.nothing')).toBeNull();
  });

  it('are told where they are wrong', () => {
    const fault = { key: 'zone.0.name', problem: 'wrong', expected: 'a text', remedy: '', text: '' };
    expect(faultOf([fault], 'zone.0.name')).toBe(fault);
    expect(faultOf([fault], 'zone')).toBeNull();
  });
});
