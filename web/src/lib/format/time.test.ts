import { describe, expect, it } from 'vitest';
import * as time from './time';

const ZONE = 'Asia/Ho_Chi_Minh';

describe('times of the station', () => {
  it('are said in its zone, whatever zone they were written in', () => {
    for (const same of ['2026-11-24T05:00:00+07:00', '2026-11-23T22:00:00Z', Date.UTC(2026, 10, 23, 22)]) {
      expect(time.dateTime(same, ZONE)).toBe('05:00:00 24/11/2026');
      expect(time.dayOf(same, ZONE)).toBe('2026-11-24');
      expect(time.hourAndMinute(same, ZONE)).toBe('05:00');
    }
  });

  it('begin the day at 00, not at 24', () => {
    expect(time.timeOfDay('2026-11-24T00:00:00+07:00', ZONE)).toBe('00:00:00');
  });

  it('name their zone and weekday', () => {
    expect(time.zoneLabel('2026-11-24T05:00:00+07:00', ZONE)).toBe('GMT+7');
    expect(time.weekday('2026-11-24T05:00:00+07:00', ZONE, 'vi')).toBe('Thứ Ba');
    expect(time.weekday('2026-11-24T05:00:00+07:00', ZONE, 'en')).toBe('Tuesday');
  });

  it('tell how far a browser elsewhere is', () => {
    const at = '2026-11-24T05:00:00+07:00';
    expect(time.zoneDifferenceMinutes(at, ZONE, 'Europe/Berlin')).toBe(-360);
    expect(time.zoneDifferenceMinutes(at, ZONE, 'Asia/Bangkok')).toBe(0);
  });

  it('write the days of the API as people do', () => {
    expect(time.civilDate('2026-06-15')).toBe('15/06/2026');
  });
});
