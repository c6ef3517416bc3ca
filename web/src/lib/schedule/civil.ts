/** Civil time of the station as the calendar holds it: `2026-11-24T05:00:00`, without an offset. */
export type Civil = string;

const two = (value: number) => String(value).padStart(2, '0');

/** The civil time in an instant of the API, which carries the station's offset. */
export function civilOf(instant: string): Civil {
  return instant.slice(0, 19);
}

/** The station's offset in an instant of the API: `+07:00`. */
export function offsetOf(instant: string): string {
  const offset = instant.replace(/^.{19}(\.\d+)?/, '');
  return offset === 'Z' || offset === '' ? '+00:00' : offset;
}

/** What a calendar that thinks in dates of the browser means, as civil time. */
export function civilOfDate(date: Date): Civil {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `2026-11-24` */
export const dayPart = (at: Civil): string => at.slice(0, 10);

/** `05:00` */
export const timePart = (at: Civil): string => at.slice(11, 16);

/** Milliseconds on a scale of its own: only differences mean anything. */
export const onScale = (at: Civil): number => Date.parse(`${at.slice(0, 19)}Z`);

/** So many seconds later. */
export function later(at: Civil, seconds: number): Civil {
  return new Date(onScale(at) + seconds * 1000).toISOString().slice(0, 19);
}

/** So many days later: `2026-11-25`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: string): number {
  return ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

/** The Monday of the week of a day. */
export function mondayOf(day: string): string {
  return addDays(day, 1 - weekdayOf(day));
}
