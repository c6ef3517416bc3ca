import { m } from '$lib/paraglide/messages.js';
import { CHOICES, OPTIONS, UNITS } from './words';
import type { Fault, Form, Value } from './types';

/** The name of an option, or of a field within a list (`zone.output.device`). */
export function labelOf(key: string): string {
  return OPTIONS[key]?.label() ?? key;
}

/** What helps to fill it in; what the station says of it where this page has no words. */
export function hintOf(key: string, about: string): string | undefined {
  const words = OPTIONS[key];
  return words ? words.hint?.() : about || undefined;
}

/** A unit as it stands behind a number. */
export function unitOf(form: Form): string {
  const unit = form.unit ?? '';
  return UNITS[unit.toLowerCase()]?.() ?? unit;
}

/** The words of a choice. */
export function choicesOf(key: string, form: Form): { value: string; label: string }[] {
  return form.words.map((word) => ({ value: word, label: CHOICES[`${key}.${word}`]?.() ?? word }));
}

/** Which sentence stands for a fault of an option whose value has a meaning of its own. */
const SPECIAL: Record<string, () => string> = {
  'station.time_zone': m.settings_e_zone,
  'station.language': m.settings_e_language,
  'station.prepare_lead_seconds': m.settings_e_lead,
  'backup.at': m.settings_e_time,
  'backup.folder': m.settings_e_folder,
  'campaign.code': m.settings_e_code,
  'campaign.to': m.settings_e_order,
  'campaign.basis_document.number': m.office_e_document_number,
  'agency.to': m.settings_e_order,
  'recipient.to': m.settings_e_order,
  'relay_source.to': m.settings_e_order,
  'campaign.item_minutes_max': m.settings_e_order,
  'audio.sample_rate_hz': m.settings_e_rate,
  'schedule.holidays_file': m.settings_e_file,
  'library.topics_file': m.settings_e_file,
  'speech.table_file': m.settings_e_file,
  'library.item_minutes_max': m.settings_e_order,
  'zone.id': m.settings_e_id,
};

/** A fault in the language of the page. `key` names the option without the place in a list. */
export function faultText(fault: Fault, key: string, form: Form | null | undefined, value: Value): string {
  if (form && (form.kind === 'whole' || form.kind === 'decimal')) {
    const number = typeof value === 'number' ? value : Number.NaN;
    const within = number >= (form.min ?? -Infinity) && number <= (form.max ?? Infinity);
    if (!within || (form.kind === 'whole' && !Number.isInteger(number))) {
      const bounds = { min: String(form.min), max: String(form.max), unit: unitOf(form) };
      return form.kind === 'whole' ? m.settings_e_whole(bounds) : m.settings_e_number(bounds);
    }
  }
  if (key.startsWith('permitted_hours.')) return m.settings_e_hours();
  const special = SPECIAL[key];
  if (special) return special();
  if (form?.kind === 'text') return m.settings_e_text();
  if (form?.kind === 'day') return m.settings_e_day();
  return m.settings_e_other({ expected: fault.expected });
}

/** A value in one line. */
export function valueText(value: Value, key: string, form: Form | null | undefined): string {
  if (value === '' || value === null) return m.settings_empty_value();
  if (typeof value === 'boolean') return value ? m.settings_yes() : m.settings_no();
  if (form?.kind === 'choice')
    return choicesOf(key, form).find((choice) => choice.value === value)?.label ?? String(value);
  if (typeof value === 'number') return `${String(value)} ${form ? unitOf(form) : ''}`.trim();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
