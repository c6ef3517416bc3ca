import type { Language } from './time';

const two = (value: number) => String(value).padStart(2, '0');

/** A length in words: `12 phút 05 giây`, `1 giờ 02 phút`; in English `12 min 05 s`. Rounded to the second. */
export function duration(ms: number, language: Language): string {
  const [hour, minute, second] = language === 'vi' ? ['giờ', 'phút', 'giây'] : ['h', 'min', 's'];
  const total = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (hours > 0) return minutes > 0 ? `${hours} ${hour} ${two(minutes)} ${minute}` : `${hours} ${hour}`;
  if (minutes > 0) return seconds > 0 ? `${minutes} ${minute} ${two(seconds)} ${second}` : `${minutes} ${minute}`;
  return `${seconds} ${second}`;
}

/** A length for a column of lengths: `12:05`, `1:02:00`. */
export function clockLength(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** A number as the language writes it: `1.234,5` in Vietnamese. */
export function number(value: number, language: Language, digits = 0): string {
  const locale = language === 'vi' ? 'vi-VN' : 'en-GB';
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  // A real minus, which does not break from its number and is read as one.
  return value.toLocaleString(locale, options).replace('-', '−');
}

/** A loudness: `−23,1 LUFS`; a dash in silence. */
export function loudness(lufs: number | null | undefined, language: Language): string {
  return lufs == null ? '–' : `${number(lufs, language, 1)} LUFS`;
}

/** A peak: `−1,0 dBFS`; a dash in silence. */
export function peak(dbfs: number | null | undefined, language: Language): string {
  return dbfs == null ? '–' : `${number(dbfs, language, 1)} dBFS`;
}

/** A size: `1,2 MB`. */
export function bytes(count: number, language: Language): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  return `${number(count / 1000 ** step, language, step === 0 ? 0 : 1)} ${units[step]}`;
}
