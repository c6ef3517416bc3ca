import type { Activity, ActivityKind, ChangedActivity, NewActivity, Proof } from './types';

/** What can be entered, in the order of a report. */
export const KINDS: ActivityKind[] = ['portal_article', 'conference', 'notice_board', 'mobile_car'];
/** The longest title. Characters. */
export const TITLE_MAX = 300;
/** The most that one entry may stand for. */
export const COUNT_MAX = 100_000;

/** Which entries are shown; also what stands in the address of the page. */
export interface LedgerChoice {
  from: string;
  to: string;
  kind: string;
  campaign: string;
  /** Also those that are struck out. */
  struck: boolean;
}

/** All entries that stand. */
export const EVERYTHING: LedgerChoice = { from: '', to: '', kind: '', campaign: '', struck: false };

const FIELDS = ['from', 'to', 'kind', 'campaign'] as const;

/** The choice that an address asks for. */
export function readLedger(params: URLSearchParams): LedgerChoice {
  const choice = { ...EVERYTHING, struck: params.get('struck') === 'true' };
  for (const field of FIELDS) choice[field] = params.get(field)?.trim() ?? '';
  return choice;
}

/** The address of a choice. */
export function ledgerAddress(choice: LedgerChoice): string {
  const params = new URLSearchParams();
  for (const field of FIELDS) if (choice[field] !== '') params.set(field, choice[field]);
  if (choice.struck) params.set('struck', 'true');
  const query = params.toString();
  return query ? `/reports/activities?${query}` : '/reports/activities';
}

/** How many filters narrow it. */
export function narrowed(choice: LedgerChoice): number {
  return FIELDS.filter((field) => choice[field] !== '').length + Number(choice.struck);
}

/** What the station is asked for: it takes days in pairs. A day left open reaches as far as the ledger may. */
export function askedLedger(choice: LedgerChoice, today: string): { from?: string; to?: string; struck?: boolean } {
  const struck = choice.struck ? { struck: true } : {};
  if (choice.from === '' && choice.to === '') return struck;
  const from = choice.from || '2000-01-01';
  const to = choice.to || (today < from ? from : today);
  return { from, to, ...struck };
}

/** The entries of the chosen kind and campaign, the latest first. */
export function chosen(items: readonly Activity[], choice: LedgerChoice): Activity[] {
  const wanted = items.filter(
    (item) =>
      (choice.kind === '' || item.kind === choice.kind) &&
      (choice.campaign === '' || (item.campaign ?? '-') === choice.campaign),
  );
  return wanted.sort((a, b) => b.day.localeCompare(a.day) || b.number - a.number);
}

/** What the shown entries stand for, by kind; those struck out count nothing. */
export function sums(items: readonly Activity[]): { kind: ActivityKind; count: number; proven: number }[] {
  return KINDS.map((kind) => {
    const mine = items.filter((item) => item.kind === kind && !item.struck);
    const count = (some: Activity[]) => some.reduce((sum, item) => sum + item.count, 0);
    return { kind, count: count(mine), proven: count(mine.filter((item) => item.evidence.length > 0)) };
  }).filter(({ count }) => count > 0);
}

/** An entry as it is typed. */
export interface ActivityForm {
  kind: ActivityKind | '';
  day: string;
  title: string;
  count: string;
  topic: string;
  campaign: string;
  place: string;
  link: string;
  /** Number of a document that proves it. */
  document: string;
  why: string;
}

/** An empty form for a day. */
export function emptyForm(day: string): ActivityForm {
  return { kind: '', day, title: '', count: '1', topic: '', campaign: '', place: '', link: '', document: '', why: '' };
}

/** The form of an entry that stands. */
export function formOf(entry: Activity): ActivityForm {
  return {
    ...emptyForm(entry.day),
    kind: entry.kind,
    title: entry.title,
    count: String(entry.count),
    topic: entry.topic ?? '',
    campaign: entry.campaign ?? '',
    place: entry.place ?? '',
  };
}

/** What is wrong with a form, by field. */
export type FormFault = 'kind' | 'day' | 'day_to_come' | 'title' | 'count' | 'link' | 'why';

/** What the station would refuse; `correcting` needs a reason. */
export function faultsOf(form: ActivityForm, today: string, correcting: boolean): Set<FormFault> {
  const faults = new Set<FormFault>();
  const title = form.title.trim();
  const count = Number(form.count);
  if (form.kind === '') faults.add('kind');
  if (form.day === '') faults.add('day');
  else if (form.day > today) faults.add('day_to_come');
  if (title === '' || title.length > TITLE_MAX) faults.add('title');
  if (!Number.isInteger(count) || count < 1 || count > COUNT_MAX) faults.add('count');
  if (form.link.trim() !== '' && !/^https?:\/\/[^\s/]\S*$/.test(form.link.trim())) faults.add('link');
  if (correcting && form.why.trim() === '') faults.add('why');
  return faults;
}

/** What is sent for a new entry, with the files that the station keeps as evidence of it. The form has no faults. */
export function newBody(form: ActivityForm, files: readonly Proof[]): NewActivity {
  const orNone = (text: string) => (text.trim() === '' ? null : text.trim());
  const number = form.document.trim();
  const documents: Proof[] = number === '' ? [] : [{ kind: 'document', text: number }];
  return {
    kind: form.kind as ActivityKind,
    day: form.day,
    title: form.title.trim(),
    count: Number(form.count),
    topic: orNone(form.topic),
    campaign: orNone(form.campaign),
    place: orNone(form.place),
    link: orNone(form.link),
    evidence: [...documents, ...files],
  };
}

/** What is sent for a correction: only what is another, with the reason; none if nothing is. */
export function changeBody(entry: Activity, form: ActivityForm): ChangedActivity | null {
  const before = formOf(entry);
  const body: ChangedActivity = { why: form.why.trim() };
  if (form.kind !== '' && form.kind !== before.kind) body.kind = form.kind;
  if (form.day !== before.day) body.day = form.day;
  if (form.title.trim() !== before.title) body.title = form.title.trim();
  if (Number(form.count) !== entry.count) body.count = Number(form.count);
  if (form.campaign !== before.campaign) body.campaign = form.campaign;
  if (form.place.trim() !== before.place) body.place = form.place.trim();
  return Object.keys(body).length > 1 ? body : null;
}

/** A fault of a table, taken apart where it has the form that the station gives to it. */
export interface TableFault {
  line: number | null;
  column: string | null;
  found: string | null;
  /** As the station says it. */
  text: string;
}

/** Takes a fault apart: line, column, what stands there. */
export function tableFault(text: string): TableFault {
  const cell = /^line (\d+), column `(\w+)`: `(.*)`, expected/s.exec(text);
  if (cell) return { line: Number(cell[1]), column: cell[2] ?? null, found: cell[3] ?? null, text };
  const line = /^line (\d+)/.exec(text);
  return { line: line ? Number(line[1]) : null, column: null, found: null, text };
}

/** Reads a table as spreadsheets of an office write it: UTF-8, else UTF-16, which Excel calls Unicode text. */
export function tableText(bytes: Uint8Array): string {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  if (mark === 0xfffe) return new TextDecoder('utf-16le').decode(bytes);
  if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
