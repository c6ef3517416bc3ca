import { askedReport, type ReportChoice } from '$lib/reports/period';
import type { Draft, Section } from './types';

/** The address of a draft: the days and the campaign are what it is a version of. */
export function draftAddress(draft: Pick<Draft, 'from' | 'to' | 'campaign'>, version: number | null = null): string {
  const params = new URLSearchParams();
  if (draft.campaign) params.set('campaign', draft.campaign);
  if (version !== null) params.set('version', String(version));
  const query = params.toString();
  return `/reports/drafts/${draft.from}_${draft.to}${query ? `?${query}` : ''}`;
}

/** The days in an address of a draft; none if they are none. */
export function readDays(text: string): { from: string; to: string } | null {
  const found = /^(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})$/.exec(text);
  return found?.[1] && found[2] ? { from: found[1], to: found[2] } : null;
}

/** The report that a draft is of, under the name that its period has. */
export function choiceOf(draft: Pick<Draft, 'period' | 'from' | 'to' | 'campaign'>): ReportChoice {
  const campaign = draft.campaign ?? '';
  if (draft.period.includes('..')) return { period: '', calendar: '', from: draft.from, to: draft.to, campaign };
  // Months of the decree begin on the 15th, those of the calendar on the first.
  const calendar = draft.from.endsWith('-01') ? 'calendar' : 'nd09';
  return { period: draft.period, calendar, from: '', to: '', campaign };
}

/** What the API is asked for to get the report of a draft. */
export const askedDraft = (draft: Parameters<typeof choiceOf>[0]) => askedReport(choiceOf(draft));

/** The parts of a period's name: 2026, 2026-H1, 2026-Q4, 2026-06, or two days. */
export type PeriodParts =
  | { kind: 'year' | 'half' | 'quarter' | 'month'; year: string; number: number }
  | { kind: 'days'; from: string; to: string };

/** Takes the text of a period apart. */
export function periodParts(text: string): PeriodParts {
  const found = /^(\d{4})(?:-(H|Q|)(\d{1,2}))?$/.exec(text);
  if (!found) {
    const [from = text, to = from] = text.split('..');
    return { kind: 'days', from, to };
  }
  const [, year = '', sort, number] = found;
  const kind = number === undefined ? 'year' : sort === 'H' ? 'half' : sort === 'Q' ? 'quarter' : 'month';
  return { kind, year, number: Number(number ?? 0) };
}

/** Paragraphs as they are typed: a line each, an empty line between. */
export const typedOf = (paragraphs: readonly string[]) => paragraphs.join('\n\n');

/** What was typed as paragraphs: each line that says something is one. */
export function paragraphsOf(typed: string): string[] {
  const lines = typed.normalize('NFC').split(/\r?\n/);
  // Tabs and the like come along when text is copied from Word.

  const plain = lines.map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim());
  return plain.filter((line) => line !== '');
}

/** The text that a section begins from: the clerk's, else the template's. */
export function writtenOf(draft: Draft, section: Section): string[] {
  return draft.sections[section.key] ?? section.template;
}

/** Whether a typed text says something else than these paragraphs. */
export function differs(typed: string, paragraphs: readonly string[]): boolean {
  return JSON.stringify(paragraphsOf(typed)) !== JSON.stringify(paragraphs);
}

/** A period that is over and may be drafted. */
export interface Over {
  text: string;
  preset: string;
  from: string;
  to: string;
}

/**
 * Periods of the station's own rule that are over and of which there is no draft yet: half years, as the decree asks for, and
 * whatever else this station has drafted before.
 */
export function undrafted<P extends Over>(
  periods: readonly P[],
  drafts: readonly Draft[],
  usual: string,
  today: string,
): P[] {
  const known = new Set(drafts.map((draft) => `${draft.from}..${draft.to}`));
  const kinds = new Set(['half', ...drafts.map((draft) => periodParts(draft.period).kind)]);
  return periods.filter(
    (period) =>
      period.preset === usual &&
      period.to < today &&
      kinds.has(periodParts(period.text).kind) &&
      !known.has(`${period.from}..${period.to}`),
  );
}

/** The figures of a version that its page shows, as its document has them. */
export interface DraftFigures {
  items: number;
  airings: number;
  heard_ms: number;
  relays: number;
  live: number;
  emergencies: number;
  planned: number;
  aired: number;
  activities: { kind: string; count: number; proven: number }[];
}

type Json = Record<string, unknown>;
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const number = (value: unknown) => (typeof value === 'number' ? value : 0);

/** Reads the document of `loa report --json`; what is not there is 0. */
export function figuresOf(document: unknown): DraftFigures {
  const report = object(document);
  const sessions = (name: string) => number(object(report[name])['sessions']);
  const activities = Array.isArray(report['activities']) ? report['activities'].map(object) : [];
  return {
    items: number(report['items']),
    airings: number(report['airings']),
    heard_ms: number(report['heard_ms']),
    relays: sessions('relays'),
    live: sessions('live'),
    emergencies: sessions('emergencies'),
    planned: number(report['planned']),
    aired: number(object(report['occurrences'])['aired']),
    activities: activities
      .map((one) => ({ kind: String(one['kind']), count: number(one['count']), proven: number(one['proven']) }))
      .filter(({ count }) => count > 0),
  };
}
