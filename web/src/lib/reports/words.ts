import { m } from '$lib/paraglide/messages.js';

/** What a figure is called. */
export function figureName(name: string): string {
  const names: Record<string, () => string> = {
    items: m.reports_figure_items,
    airings: m.reports_figure_airings,
    relays: m.reports_figure_relays,
    mentions: m.reports_figure_mentions,
    live: m.reports_figure_live,
    emergencies: m.reports_figure_emergencies,
    planned: m.reports_figure_planned,
    open: m.reports_figure_open,
    uncounted_partial: m.reports_figure_uncounted_partial,
    uncounted_not_aired: m.reports_figure_uncounted_not_aired,
    uncounted_on_air: m.reports_figure_uncounted_on_air,
    uncounted_aired: m.reports_figure_uncounted_aired,
    occurrences_aired: m.reports_figure_occurrences_aired,
    occurrences_partial: m.reports_figure_occurrences_partial,
    occurrences_missed: m.reports_figure_occurrences_missed,
    occurrences_cancelled: m.reports_figure_occurrences_cancelled,
    occurrences_superseded: m.reports_figure_occurrences_superseded,
  };
  return names[name]?.() ?? name;
}

/** `Tháng 6/2026` from `2026-06`. */
export function monthName(month: string): string {
  const [year = '', number = ''] = month.split('-');
  return m.reports_month({ month: String(Number(number)), year });
}
