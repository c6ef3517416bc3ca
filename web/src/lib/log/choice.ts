/** Which part of the log a page shows: all of it stands in the address, so that it can be sent to somebody. */
export interface Choice {
  view: 'list' | 'days';
  from: string;
  to: string;
  outcome: string;
  kind: string;
  slot: string;
  topic: string;
  /** `-` is of no campaign. */
  campaign: string;
  source: string;
  text: string;
  counted: '' | 'true' | 'false';
  corrected: boolean;
  not_heard: boolean;
  order: 'latest' | 'earliest';
}

/** Everything, the latest first. */
export const EVERYTHING: Choice = {
  view: 'list',
  from: '',
  to: '',
  outcome: '',
  kind: '',
  slot: '',
  topic: '',
  campaign: '',
  source: '',
  text: '',
  counted: '',
  corrected: false,
  not_heard: false,
  order: 'latest',
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const day = (text: string | null) => (text !== null && DAY.test(text) ? text : '');

/** What an address asks for; nonsense in it asks for nothing. */
export function readChoice(params: URLSearchParams): Choice {
  const text = (name: string) => params.get(name)?.trim() ?? '';
  const counted = text('counted');
  return {
    view: text('view') === 'days' ? 'days' : 'list',
    from: day(params.get('from')),
    to: day(params.get('to')),
    outcome: text('outcome'),
    kind: text('kind'),
    slot: text('slot'),
    topic: text('topic'),
    campaign: text('campaign'),
    source: text('source'),
    text: text('text'),
    counted: counted === 'true' || counted === 'false' ? counted : '',
    corrected: text('corrected') === 'true',
    not_heard: text('not_heard') === 'true',
    order: text('order') === 'earliest' ? 'earliest' : 'latest',
  };
}

/** The address of a choice: only what differs from everything. */
export function writeChoice(choice: Choice): URLSearchParams {
  const params = new URLSearchParams();
  for (const key of Object.keys(EVERYTHING) as (keyof Choice)[]) {
    if (choice[key] !== EVERYTHING[key]) params.set(key, String(choice[key]));
  }
  return params;
}

/** What narrows a choice; the rest is how it is shown. */
const FILTERS = [
  'from',
  'to',
  'outcome',
  'kind',
  'slot',
  'topic',
  'campaign',
  'source',
  'text',
  'counted',
  'corrected',
  'not_heard',
] as const;

/** How many filters narrow the choice. */
export function narrowed(choice: Choice): number {
  return FILTERS.filter((key) => choice[key] !== EVERYTHING[key]).length;
}

/** Filters that the API takes as they are. */
const PLAIN = ['from', 'to', 'outcome', 'kind', 'slot', 'topic', 'source', 'text', 'order'] as const;

/** What the API is asked for. */
export function asked(choice: Choice) {
  const { campaign, counted, corrected, not_heard } = choice;
  return {
    ...Object.fromEntries(PLAIN.map((key) => [key, choice[key]]).filter(([, value]) => value !== '')),
    ...(campaign === '' ? {} : { campaign: campaign === '-' ? '' : campaign }),
    ...(counted === '' ? {} : { counted: counted === 'true' }),
    ...(corrected ? { corrected } : {}),
    ...(not_heard ? { not_heard } : {}),
  };
}

/** Monday to Sunday around a day, as the API writes days. */
export function weekOf(day: string): { from: string; to: string } {
  const at = new Date(`${day}T00:00:00Z`);
  const monday = moved(day, -((at.getUTCDay() + 6) % 7));
  return { from: monday, to: moved(monday, 6) };
}

/** So many days later. */
export function moved(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The address of the file of a choice. */
export function fileAddress(choice: Choice, format: 'csv' | 'json'): string {
  const query = new URLSearchParams(Object.entries(asked(choice)).map(([key, value]) => [key, String(value)]));
  query.set('format', format);
  return `/api/v1/log/export?${query}`;
}

/** The address of a choice, with a row whose evidence is shown. */
export function logAddress(choice: Choice, row: string | null = null): string {
  const params = writeChoice(choice);
  if (row !== null) params.set('row', row);
  const query = params.toString();
  return query === '' ? '/log' : `/log?${query}`;
}
