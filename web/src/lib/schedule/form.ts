import { civilOf } from './civil';
import { EVERY_DAY, tidied, type Pattern } from './pattern';
import type { Slot } from './types';
import type { Exception } from './words';

/** One line of a rundown in the form. `key` tells it from others while lines are moved. */
export type ElementForm = { key: string } & (
  | { kind: 'ident' | 'clip' | 'closing'; clip: number; title: string; length_ms: number | null }
  | { kind: 'queue'; count: number }
  | { kind: 'rotation'; count: number; topic: string | null; campaign: string | null }
  | { kind: 'relay'; relay: string; minutes: number }
);

/** A slot as it is edited. */
export interface SlotFormState {
  name: string;
  /** Days and times; null while cron text is used. */
  pattern: Pattern | null;
  recurrence: string;
  zones: string[];
  rundown: ElementForm[];
  lengthMinutes: number;
  graceMinutes: number;
  overrun: string;
  interrupted: string;
  validFrom: string;
  validTo: string;
  exceptions: Exception[];
}

/** A form that nobody has touched. */
export function emptyForm(zones: string[]): SlotFormState {
  return {
    name: '',
    pattern: { every: 'week', weekdays: EVERY_DAY, times: ['05:00:00'] },
    recurrence: '',
    zones,
    rundown: [{ key: 'queue-0', kind: 'queue', count: 3 }],
    lengthMinutes: 30,
    graceMinutes: 5,
    overrun: 'finish',
    interrupted: 'resume',
    validFrom: '',
    validTo: '',
    exceptions: [],
  };
}

/** A saved slot as the form shows it. */
export function formOf(slot: Slot): SlotFormState {
  return {
    name: slot.name,
    pattern: (slot.pattern as Pattern | null | undefined) ?? null,
    recurrence: slot.recurrence,
    zones: [...slot.zones],
    rundown: slot.rundown.map((element, index) => elementOf(element, index)),
    lengthMinutes: slot.length_max_s / 60,
    graceMinutes: slot.grace_s / 60,
    overrun: slot.overrun,
    interrupted: slot.interrupted,
    validFrom: slot.valid.from ?? '',
    validTo: slot.valid.to ?? '',
    exceptions: slot.exceptions as Exception[],
  };
}

function elementOf(element: Slot['rundown'][number], index: number): ElementForm {
  const key = `${element.kind}-${index}`;
  switch (element.kind) {
    case 'queue':
      return { key, kind: 'queue', count: element.count ?? 1 };
    case 'rotation':
      return {
        key,
        kind: 'rotation',
        count: element.count ?? 1,
        topic: element.topic ?? null,
        campaign: element.campaign ?? null,
      };
    case 'relay':
      return { key, kind: 'relay', relay: element.relay ?? '', minutes: element.minutes ?? 30 };
    default:
      return {
        key,
        kind: element.kind as 'ident' | 'clip' | 'closing',
        clip: element.clip ?? 0,
        title: element.title ?? '',
        length_ms: element.length_ms ?? null,
      };
  }
}

/** What is sent of an element. */
function elementBody(element: ElementForm) {
  switch (element.kind) {
    case 'queue':
      return { kind: 'queue' as const, count: element.count };
    case 'rotation':
      return { kind: 'rotation' as const, count: element.count, topic: element.topic, campaign: element.campaign };
    case 'relay':
      return { kind: 'relay' as const, relay: element.relay, minutes: element.minutes };
    default:
      return { kind: element.kind, clip: element.clip };
  }
}

/** What is sent of the fields that are given. */
export function bodyOf(form: Partial<SlotFormState>) {
  const minutes = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * 60));
  const valid = 'validFrom' in form || 'validTo' in form;
  return {
    ...(form.name !== undefined && { name: form.name.trim() }),
    ...(form.pattern
      ? { pattern: tidied(form.pattern) }
      : form.recurrence !== undefined && { recurrence: form.recurrence }),
    ...(form.zones !== undefined && { zones: form.zones }),
    ...(form.rundown !== undefined && { rundown: form.rundown.map(elementBody) }),
    ...(form.lengthMinutes !== undefined && { length_max_s: minutes(form.lengthMinutes) ?? 0 }),
    ...(form.graceMinutes !== undefined && { grace_s: minutes(form.graceMinutes) ?? 0 }),
    ...(form.overrun !== undefined && { overrun: form.overrun }),
    ...(form.interrupted !== undefined && { interrupted: form.interrupted }),
    ...(valid && { valid: { from: form.validFrom || null, to: form.validTo || null } }),
    ...(form.exceptions !== undefined && { exceptions: form.exceptions }),
  };
}

/** A name in identifiers out of a name for people: `Bản tin sáng` becomes `ban-tin-sang`. */
export function idFrom(name: string, folded: (text: string) => string): string {
  return folded(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
    .replace(/-+$/, '');
}

/** The next of a list that follows an element moved by one place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [taken] = next.splice(from, 1);
  if (taken !== undefined) next.splice(to, 0, taken);
  return next;
}

/** The day on which something of the API happens. */
export const dayOfInstant = (instant: string): string => civilOf(instant).slice(0, 10);
