import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { addDays, civilOf, mondayOf, weekdayOf } from '$lib/schedule/civil';
import type { PageLoad } from './$types';

const VIEWS = ['week', 'month', 'list'] as const;

/** The days that a view shows: a week, or the weeks that hold a month. */
function daysOf(view: (typeof VIEWS)[number], day: string): { from: string; to: string } {
  if (view !== 'month') return { from: mondayOf(day), to: addDays(mondayOf(day), 6) };
  const first = `${day.slice(0, 8)}01`;
  const next = `${addDays(first, 31).slice(0, 8)}01`;
  const last = addDays(next, -1);
  return { from: mondayOf(first), to: addDays(last, 7 - weekdayOf(last)) };
}

export const load: PageLoad = async ({ depends, url }) => {
  depends('loa:schedule');
  const status = await orErrorPage(ask(api.GET('/api/v1/status')));
  const today = civilOf(status.live.now).slice(0, 10);
  const asked = url.searchParams.get('day') ?? '';
  const day = /^\d{4}-\d{2}-\d{2}$/.test(asked) ? asked : today;
  const view = VIEWS.find((known) => known === url.searchParams.get('view')) ?? null;
  const query = daysOf(view ?? 'week', day);
  const [feed, slots] = await Promise.all([
    orErrorPage(ask(api.GET('/api/v1/calendar', { params: { query } }))),
    orErrorPage(ask(api.GET('/api/v1/slots', { params: { query: { limit: 200 } } }))),
  ]);
  return { feed, slots: slots.items, today, day, view, ...query };
};
