import { fmt } from '$lib/format';
import { m } from '$lib/paraglide/messages.js';
import type { Tone } from '$lib/components/outcome';
import { figureName } from '$lib/reports/words';
import { periodParts } from './draft';
import type { State } from './reconciliation';
import type { TableFault } from './activity';
import type { Draft } from './types';

/** What a kind of activity is called. */
export function kindName(kind: string): string {
  const names: Record<string, () => string> = {
    portal_article: m.office_kind_portal_article,
    conference: m.office_kind_conference,
    notice_board: m.office_kind_notice_board,
    mobile_car: m.office_kind_mobile_car,
  };
  return names[kind]?.() ?? kind;
}

/** A period as people speak of it: `6 tháng đầu năm 2026`. */
export function periodName(text: string): string {
  const parts = periodParts(text);
  if (parts.kind === 'days') return m.reports_days({ from: fmt.civilDate(parts.from), to: fmt.civilDate(parts.to) });
  const { year, number } = parts;
  if (parts.kind === 'year') return m.office_period_year({ year });
  if (parts.kind === 'half') return number === 1 ? m.office_period_half_1({ year }) : m.office_period_half_2({ year });
  if (parts.kind === 'month') return m.reports_month({ month: String(number), year });
  return m.office_period_quarter({ quarter: ['I', 'II', 'III', 'IV'][number - 1] ?? String(number), year });
}

/** Why a version of a draft was made. */
export function causeName(cause: Draft['cause']): string {
  const names: Record<Draft['cause'], () => string> = {
    due: m.office_cause_due,
    asked: m.office_cause_asked,
    figures: m.office_cause_figures,
    written: m.office_cause_written,
  };
  return names[cause]();
}

/** How an occurrence stands, in a table. */
export function stateName(state: State): string {
  const names: Record<State, () => string> = {
    aired: m.office_state_aired,
    partial: m.office_state_partial,
    missed: m.office_state_missed,
    cancelled: m.office_state_cancelled,
    superseded: m.office_state_superseded,
    open: m.office_state_open,
  };
  return names[state]();
}

/** The colour of a state. */
export function stateTone(state: State): Tone {
  const tones: Record<State, Tone> = {
    aired: 'good',
    partial: 'doubt',
    missed: 'bad',
    cancelled: 'quiet',
    superseded: 'other',
    open: 'accent',
  };
  return tones[state];
}

/** The name of a figure of a draft: `topic.CCHC.airings`, `occurrences.missed`. */
export function draftFigureName(figure: string, topicName: (code: string) => string): string {
  const parts = figure.split('.');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const of = parts.slice(1, -1).join('.');
  const counted = last === 'items' ? m.reports_column_items() : m.reports_column_airings();
  if (first === 'topic') return m.office_figure_topic({ topic: topicName(of), counted });
  if (first === 'campaign') return m.office_figure_campaign({ campaign: of, counted });
  if (first === 'month') {
    const [year = '', month = ''] = of.split('-');
    return m.office_figure_month({ month: m.reports_month({ month: String(Number(month)), year }), counted });
  }
  if (first === 'relays' && parts[1] === 'topic')
    return m.office_figure_relayed({ topic: topicName(parts.slice(2, -1).join('.')) });
  if (first === 'item') return m.office_figure_item({ item: of });
  if (first === 'activity') {
    return last === 'proven' ? m.office_figure_proven({ kind: kindName(of) }) : kindName(of);
  }
  if (last === 'heard_ms')
    return first === 'heard_ms' ? m.office_figure_heard() : `${figureName(first)}: ${m.reports_column_time()}`;
  const names: Record<string, () => string> = {
    shortest_ms: m.office_figure_shortest,
    longest_ms: m.office_figure_longest,
    'occurrences.planned': m.reports_figure_planned,
    'occurrences.open': m.reports_figure_open,
    'uncounted.by_hand': m.reports_figure_uncounted_aired,
    'relays.items': m.reports_figure_mentions,
  };
  if (last === 'sessions') return figureName(first);
  return names[figure]?.() ?? figureName(figure.replace('.', '_'));
}

/** A figure of a draft: a time, or a number. */
export function draftFigure(figure: string, value: number): string {
  return figure.endsWith('_ms') ? fmt.duration(value) : fmt.number(value);
}

/** A column of a table of activities, as an office heads it. */
function columnName(column: string): string {
  const names: Record<string, () => string> = {
    kind: m.office_column_kind,
    day: m.office_column_day,
    title: m.office_column_title,
    count: m.office_column_count,
    topic: m.office_column_topic,
    campaign: m.office_column_campaign,
    place: m.office_column_place,
    link: m.office_column_link,
    document: m.office_column_document,
  };
  return names[column]?.() ?? column;
}

/** What is expected in a column. */
function expectedIn(column: string): string {
  const names: Record<string, () => string> = {
    kind: m.office_expected_kind,
    day: m.office_expected_day,
    title: m.office_expected_title,
    count: m.office_expected_count,
    document: m.office_expected_document,
  };
  return names[column]?.() ?? '';
}

/** A fault of a table in the language of the page; what is not of a cell is said as the station says it. */
export function faultText(fault: TableFault): string {
  const { line, column, found, text } = fault;
  if (line !== null && column !== null) {
    const name = columnName(column);
    const at = { line: String(line), column: name, expected: expectedIn(column) };
    return found ? m.office_fault_cell({ ...at, found }) : m.office_fault_empty(at);
  }
  const missing = /there is no column `(\w+)`/.exec(text);
  if (missing?.[1]) return m.office_fault_no_column({ column: columnName(missing[1]) });
  const unknown = /`(.*)` is not known/.exec(text);
  if (unknown) return m.office_fault_unknown_column({ column: unknown[1] ?? '' });
  const twice = /`(.*)` is there twice/.exec(text);
  if (twice) return m.office_fault_twice({ column: twice[1] ?? '' });
  if (text.startsWith('there is no row')) return m.office_fault_no_row();
  if (text.startsWith('it is not UTF-8')) return m.office_fault_not_utf8();
  if (text === 'and perhaps more') return m.office_fault_more();
  return text;
}
