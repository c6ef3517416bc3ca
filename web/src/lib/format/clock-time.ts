/** Minutes of a day. */
const DAY_MINUTES = 1_440;

const written = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/**
 * A time of day as `05:00`, on 24 hours, out of what people type for it: `5:00`, `5h`, `17h30`, `17 giờ 30`, `1730`, `5`. None if it
 * is no time of a day.
 */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:\s*(?::|\.|h|g|giờ)\s*(\d{2})?|(\d{2}))?$/i.exec(text.trim().normalize('NFC'));
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? found[3] ?? 0)];
  return hours < 24 && minutes < 60 ? written(60 * hours + minutes) : null;
}

/** So many minutes later, within the day: after 23:55 comes 00:00. */
export function stepped(time: string, minutes: number): string {
  const [hour, minute] = time.split(':').map(Number);
  const sum = 60 * (hour ?? 0) + (minute ?? 0) + minutes;
  return written(((sum % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES);
}
