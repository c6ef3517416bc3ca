import { fmt } from '$lib/format';
import { m } from '$lib/paraglide/messages.js';
import type { ElementForm, SlotFormState } from './form';
import type { Pattern } from './pattern';
import { exceptionText, weekdayNames, type Exception } from './words';

type Field = Extract<keyof SlotFormState, string>;

/** A field of a slot, by its name on the form. */
export function fieldName(field: Field): string {
  switch (field) {
    case 'name':
      return m.schedule_field_name();
    case 'pattern':
      return m.schedule_when();
    case 'recurrence':
      return m.schedule_cron();
    case 'zones':
      return m.schedule_field_zones();
    case 'rundown':
      return m.schedule_rundown();
    case 'lengthMinutes':
      return m.schedule_field_length();
    case 'graceMinutes':
      return m.schedule_field_grace();
    case 'overrun':
      return m.schedule_field_overrun();
    case 'interrupted':
      return m.schedule_field_interrupted();
    case 'validFrom':
      return m.schedule_field_valid_from();
    case 'validTo':
      return m.schedule_field_valid_to();
    case 'exceptions':
      return m.schedule_exceptions();
  }
}

/** What still sounds at the end of a slot. */
export const overrunText = (overrun: string): string =>
  overrun === 'fade_at_end' ? m.schedule_overrun_fade() : m.schedule_overrun_finish();

/** What becomes of an interrupted clip. */
export const interruptedText = (interrupted: string): string =>
  ({
    restart: m.schedule_interrupted_restart(),
    drop: m.schedule_interrupted_drop(),
  })[interrupted] ?? m.schedule_interrupted_resume();

/** A pattern in short: days, then times. */
export function patternText(pattern: Pattern): string {
  const times = pattern.times.map((time) => time.slice(0, 5)).join(', ');
  switch (pattern.every) {
    case 'week':
      return `${pattern.weekdays.map((day) => weekdayNames()[day - 1] ?? '').join(', ')} · ${times}`;
    case 'month':
      return `${m.schedule_day()} ${pattern.days.join(', ')} · ${times}`;
    case 'dates':
      return `${pattern.dates.map((date) => fmt.civilDate(date)).join(', ')} · ${times}`;
  }
}

/** A line of a rundown in short. */
export function elementText(element: ElementForm): string {
  switch (element.kind) {
    case 'ident':
      return `${m.schedule_element_ident()} “${element.title}”`;
    case 'clip':
      return `“${element.title}”`;
    case 'closing':
      return `${m.schedule_element_closing()} “${element.title}”`;
    case 'queue':
      return `${m.schedule_element_queue()} ×${element.count}`;
    case 'relay':
      return `${m.schedule_element_relay()} ${element.relay} (${element.minutes} ${m.schedule_minutes()})`;
    case 'rotation':
      return `${m.schedule_element_rotation()} ${element.topic ?? element.campaign ?? ''} ×${element.count}`;
  }
}

/** The value of a field in words. */
export function fieldText(field: Field, value: unknown): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return m.schedule_nothing();
  switch (field) {
    case 'pattern':
      return patternText(value as Pattern);
    case 'rundown':
      return (value as ElementForm[]).map(elementText).join(' → ');
    case 'exceptions':
      return (value as Exception[]).map(exceptionText).join('; ');
    case 'lengthMinutes':
    case 'graceMinutes':
      return fmt.duration(Number(value) * 60_000);
    case 'overrun':
      return overrunText(String(value));
    case 'interrupted':
      return interruptedText(String(value));
    case 'validFrom':
    case 'validTo':
      return fmt.civilDate(String(value));
    case 'zones':
      return (value as string[]).join(', ');
    case 'name':
    case 'recurrence':
      return String(value);
  }
}
