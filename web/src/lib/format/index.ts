import { language } from '$lib/i18n/language.svelte';
import { session } from '$lib/state/session.svelte';
import * as amount from './amount';
import * as time from './time';

/** Everything that is shown is formatted here: in the station's zone and the page's language, and anew when either changes. */
export const fmt = {
  /** `05:00:00` */
  time: (at: time.Instant) => time.timeOfDay(at, session.zone),
  /** `05:00` */
  hourAndMinute: (at: time.Instant) => time.hourAndMinute(at, session.zone),
  /** `24/11/2026` */
  date: (at: time.Instant) => time.date(at, session.zone),
  /** `24/11/2026` from `2026-11-24` */
  civilDate: (day: string) => time.civilDate(day),
  /** `2026-11-24` */
  dayOf: (at: time.Instant) => time.dayOf(at, session.zone),
  /** `05:00:00 24/11/2026` */
  dateTime: (at: time.Instant) => time.dateTime(at, session.zone),
  /** `Thứ Ba` */
  weekday: (at: time.Instant) => time.weekday(at, session.zone, language.current),
  /** `GMT+7` */
  zone: (at: time.Instant) => time.zoneLabel(at, session.zone),
  /** `12 phút 05 giây` */
  duration: (ms: number) => amount.duration(ms, language.current),
  /** `12:05` */
  length: (ms: number) => amount.clockLength(ms),
  /** `−23,1 LUFS` */
  loudness: (lufs: number | null | undefined) => amount.loudness(lufs, language.current),
  /** `−1,0 dBFS` */
  peak: (dbfs: number | null | undefined) => amount.peak(dbfs, language.current),
  /** `1.234,5` */
  number: (value: number, digits = 0) => amount.number(value, language.current, digits),
  /** `1,2 MB` */
  bytes: (count: number) => amount.bytes(count, language.current),
};
