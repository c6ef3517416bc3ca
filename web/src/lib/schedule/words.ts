import { fmt } from '$lib/format';
import { m } from '$lib/paraglide/messages.js';
import { dayPart, timePart, type Civil } from './civil';
import type { CalendarOccurrence, SlotProblem } from './types';

type Values = Record<string, unknown>;

const text = (values: Values, name: string): string => {
  const value = values[name];
  return Array.isArray(value) ? value.join(', ') : value === undefined || value === null ? '…' : String(value);
};
const length = (values: Values, name: string): string => fmt.duration(Number(values[name] ?? 0));

/** `05:00 24/11/2026` of a civil time. */
export function civilMoment(at: Civil): string {
  return `${timePart(at)} ${fmt.civilDate(dayPart(at))}`;
}

/** What would do instead: other starts, or a shorter length. */
function proposal(values: Values): string {
  const offered = (values['proposal'] ?? {}) as {
    starts?: string[];
    shift_minutes?: number | null;
    length_max_ms?: number | null;
  };
  const said: string[] = [];
  if (offered.starts && offered.starts.length > 0) {
    said.push(m.schedule_propose_starts({ times: offered.starts.map((time) => time.slice(0, 5)).join(', ') }));
  } else if (offered.shift_minutes) {
    const minutes = String(Math.abs(offered.shift_minutes));
    said.push(
      offered.shift_minutes > 0 ? m.schedule_propose_later({ minutes }) : m.schedule_propose_earlier({ minutes }),
    );
  }
  if (offered.length_max_ms) said.push(m.schedule_propose_shorter({ length: fmt.duration(offered.length_max_ms) }));
  return said.length > 0 ? said.join(m.schedule_or()) : m.schedule_propose_nothing();
}

/** One thing that is wrong with a slot, in the language of the page, with what to do about it. */
export function slotProblemText(problem: SlotProblem): string {
  const values = problem.values as Values;
  const dates = (values['dates'] as string[] | undefined)?.map(civilMoment).join('; ') ?? '…';
  switch (problem.code) {
    case 'no_name':
      return m.schedule_problem_no_name();
    case 'recurrence':
      return m.schedule_problem_recurrence({ detail: problem.text });
    case 'no_zone':
      return m.schedule_problem_no_zone();
    case 'unknown_zone':
      return m.schedule_problem_unknown_zone({ zone: text(values, 'zone') });
    case 'empty_rundown':
      return m.schedule_problem_empty_rundown();
    case 'zero_count':
      return m.schedule_problem_zero_count({ position: text(values, 'position') });
    case 'repeated_clip':
      return m.schedule_problem_repeated_clip({ clip: text(values, 'clip') });
    case 'unknown_clip':
      return m.schedule_problem_unknown_clip({ clip: text(values, 'clip') });
    case 'retired_clip':
      return m.schedule_problem_retired_clip({ title: text(values, 'title') });
    case 'unknown_topic':
      return m.schedule_problem_unknown_topic({ topic: text(values, 'topic') });
    case 'unknown_campaign':
      return m.schedule_problem_unknown_campaign({ campaign: text(values, 'campaign') });
    case 'unknown_relay':
      return m.schedule_problem_unknown_relay({ relay: text(values, 'relay') });
    case 'relay_minutes':
      return m.schedule_problem_relay_minutes({ position: text(values, 'position') });
    case 'length':
      return m.schedule_problem_length({ max: length(values, 'max_ms') });
    case 'fixed_does_not_fit':
      return m.schedule_problem_fixed_does_not_fit({
        needed: length(values, 'needed_ms'),
        most: length(values, 'length_max_ms'),
      });
    case 'session_too_long':
      return m.schedule_problem_session_too_long({
        length: length(values, 'length_ms'),
        most: length(values, 'session_length_max_ms'),
      });
    case 'grace_too_long':
      return m.schedule_problem_grace_too_long({
        grace: length(values, 'grace_ms'),
        gap: length(values, 'gap_ms'),
        next: text(values, 'next'),
      });
    case 'validity_inverted':
      return m.schedule_problem_validity_inverted();
    case 'exception':
      return m.schedule_problem_exception({ position: text(values, 'position') });
    case 'never_airs':
      return m.schedule_problem_never_airs();
    case 'expired':
      return m.schedule_problem_expired({ last: fmt.civilDate(text(values, 'last')) });
    case 'past':
      return m.schedule_problem_past({ last: civilMoment(text(values, 'last')) });
    case 'not_permitted':
      return m.schedule_problem_not_permitted({
        hours: text(values, 'hours') === 'none' ? m.schedule_no_hours() : text(values, 'hours'),
        over: length(values, 'over_ms'),
        at: civilMoment(text(values, 'at')),
        proposal: proposal(values),
      });
    case 'overlap':
      return m.schedule_problem_overlap({
        other: text(values, 'other'),
        overlap: length(values, 'overlap_ms'),
        dates,
        count: text(values, 'count'),
        proposal: proposal(values),
      });
    case 'overlaps_itself':
      return m.schedule_problem_overlaps_itself({
        length: length(values, 'length_ms'),
        gap: length(values, 'gap_ms'),
        dates,
        proposal: proposal(values),
      });
    default:
      return problem.text;
  }
}

/** Days of the week, Monday first. */
export const weekdayNames = (): string[] => [
  m.schedule_monday(),
  m.schedule_tuesday(),
  m.schedule_wednesday(),
  m.schedule_thursday(),
  m.schedule_friday(),
  m.schedule_saturday(),
  m.schedule_sunday(),
];

/** An exception of a slot. */
export type Exception =
  | { kind: 'date'; date: string }
  | { kind: 'once'; at: Civil }
  | { kind: 'range'; from: string; to: string }
  | { kind: 'holidays' }
  | { kind: 'tet'; days_before: number; days_after: number }
  | { kind: 'lunar'; month: number; day: number };

/** An exception in words. */
export function exceptionText(exception: Exception): string {
  switch (exception.kind) {
    case 'date':
      return m.schedule_exception_date({ date: fmt.civilDate(exception.date) });
    case 'once':
      return m.schedule_exception_once({ at: civilMoment(exception.at) });
    case 'range':
      return m.schedule_exception_range({ from: fmt.civilDate(exception.from), to: fmt.civilDate(exception.to) });
    case 'holidays':
      return m.schedule_exception_holidays();
    case 'tet':
      return m.schedule_exception_tet({ before: String(exception.days_before), after: String(exception.days_after) });
    case 'lunar':
      return m.schedule_exception_lunar({ day: String(exception.day), month: String(exception.month) });
  }
}

/** Why an occurrence is left out: the holiday by its name, if it is one. */
export function leftOutText(holiday: string | null | undefined, exception: Exception | null | undefined): string {
  if (holiday) return m.schedule_left_out_holiday({ holiday });
  return exception ? exceptionText(exception) : m.schedule_left_out();
}

/** Why an occurrence would be or was missed. */
export function missText(reason: string | null | undefined): string {
  switch (reason) {
    case 'station_off':
      return m.schedule_miss_station_off();
    case 'late':
      return m.schedule_miss_late();
    case 'nothing_to_air':
      return m.schedule_miss_nothing_to_air();
    case 'not_permitted':
      return m.schedule_miss_not_permitted();
    case 'no_output':
      return m.schedule_miss_no_output();
    case 'bad_audio':
      return m.schedule_miss_bad_audio();
    case 'clock':
      return m.schedule_miss_clock();
    case 'zone_busy':
      return m.schedule_miss_zone_busy();
    case 'muted':
      return m.schedule_miss_muted();
    default:
      return '';
  }
}

type Tagged = { why?: string; [name: string]: unknown };

/** Why a clip was chosen. */
export function whyText(why: Tagged | null | undefined): string {
  switch (why?.why) {
    case 'fixed':
      return m.schedule_why_fixed();
    case 'queued':
      return m.schedule_why_queued({ entry: String(why['entry']), by: String(why['by']) });
    case 'rotation':
      return why['last_aired']
        ? m.schedule_why_rotation({ last: fmt.date(String(why['last_aired'])), of: String(why['of']) })
        : m.schedule_why_rotation_new({ of: String(why['of']) });
    case 'instead_of':
      return m.schedule_why_instead_of({ clip: String(why['clip']) });
    case 'by_hand':
      return m.schedule_why_by_hand({ by: String(why['by']) });
    default:
      return '';
  }
}

/** Why a clip may not air. */
export function unfitText(unfit: unknown): string {
  // The last of them brings its days along and is no plain word.
  switch (unfit) {
    case 'not_approved':
      return m.schedule_unfit_not_approved();
    case 'audio_changed':
      return m.schedule_unfit_audio_changed();
    case 'retired':
      return m.schedule_unfit_retired();
    default:
      return m.schedule_unfit_outside_validity();
  }
}

/** Why a clip is not heard although it was asked for. */
export function leftOutWhyText(why: Tagged): string {
  switch (why.why) {
    case 'does_not_fit':
      return m.schedule_left_does_not_fit({ over: fmt.duration(Number(why['over_ms'] ?? 0)) });
    case 'unfit':
      return unfitText(why['unfit']);
    case 'repeated':
      return m.schedule_left_repeated();
    case 'bad':
      return m.schedule_left_bad();
    default:
      return m.schedule_left_unknown();
  }
}

/** What is to be heard in an occurrence: so many items, or a relay alone; none where that is not known. */
export function heardText(occurrence: CalendarOccurrence): string | null {
  if (occurrence.items === null || occurrence.items === undefined) return null;
  return occurrence.items === 0 && occurrence.sounds
    ? m.schedule_relay_alone()
    : m.schedule_items({ count: occurrence.items });
}
