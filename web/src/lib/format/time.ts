/** Times of the station, said in its own zone whatever the zone of the browser. All take RFC 3339 text or milliseconds. */
export type Instant = string | number;

/** A language of the page. */
export type Language = 'vi' | 'en';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are costly to make and few: one for each zone, language and form. */
function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    // British: day before month and 24 hours, as everything else on the page.
    made = new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', options);
    formats.set(key, made);
  }
  return made;
}

function parts(at: Instant, zone: string): Record<string, string> {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  };
  const found = format('en', options).formatToParts(milliseconds(at));
  return Object.fromEntries(found.map(({ type, value }) => [type, value]));
}

/** Milliseconds since 1970. */
export function milliseconds(at: Instant): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

/** `05:00:00`. */
export function timeOfDay(at: Instant, zone: string): string {
  const { hour, minute, second } = parts(at, zone);
  return `${hour}:${minute}:${second}`;
}

/** `05:00`. */
export function hourAndMinute(at: Instant, zone: string): string {
  return timeOfDay(at, zone).slice(0, 5);
}

/** `24/11/2026`. */
export function date(at: Instant, zone: string): string {
  const { day, month, year } = parts(at, zone);
  return `${day}/${month}/${year}`;
}

/** `24/11/2026` from the `2026-11-24` of the API. */
export function civilDate(day: string): string {
  return day.split('-').reverse().join('/');
}

/** The day of an instant in the station's zone as the API writes it: `2026-11-24`. */
export function dayOf(at: Instant, zone: string): string {
  const { day, month, year } = parts(at, zone);
  return `${year}-${month}-${day}`;
}

/** `05:00:00 24/11/2026`. */
export function dateTime(at: Instant, zone: string): string {
  return `${timeOfDay(at, zone)} ${date(at, zone)}`;
}

/** `Thứ Ba`, `Tuesday`. */
export function weekday(at: Instant, zone: string, language: Language): string {
  return format(language, { timeZone: zone, weekday: 'long' }).format(milliseconds(at));
}

/** What tells the station's time from another: `GMT+7`. */
export function zoneLabel(at: Instant, zone: string): string {
  const found = format('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(milliseconds(at));
  return found.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** How far the zone of this browser is from the station's at that moment, in minutes; 0 when a person need not think of it. */
export function zoneDifferenceMinutes(at: Instant, zone: string, browserZone: string): number {
  const civil = (zone: string) => {
    const { year, month, day, hour, minute } = parts(at, zone);
    return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  };
  return (civil(browserZone) - civil(zone)) / 60_000;
}
