import { api, ask, askTagged } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { asked, readChoice, weekOf } from '$lib/log/choice';
import { logPage } from '$lib/log/page';
import type { Evidence } from '$lib/log/types';
import { clock } from '$lib/state/clock.svelte';
import { session } from '$lib/state/session.svelte';
import { dayOf } from '$lib/format/time';
import type { PageLoad } from './$types';

/** The row that the address names, with everything it rests on. */
async function evidenceOf(id: string | null): Promise<{ data: Evidence; tag: string | null } | null> {
  if (id === null) return null;
  const params = { path: { id } };
  return id.includes('@')
    ? askTagged(api.GET('/api/v1/log/occurrences/{id}', { params }))
    : askTagged(api.GET('/api/v1/log/airings/{id}', { params }));
}

async function rowsOf(url: URL) {
  const choice = readChoice(url.searchParams);
  if (choice.view === 'days') {
    const today = dayOf(clock.now() ?? Date.now(), session.zone);
    const week = weekOf(choice.from || today);
    const { days } = await ask(api.GET('/api/v1/log/days', { params: { query: week } }));
    return { choice, week, today, days, page: null };
  }
  return { choice, week: null, today: '', days: [], page: await logPage(asked(choice), null) };
}

export const load: PageLoad = async ({ url, depends }) => {
  depends('loa:log', 'loa:verification');
  const row = url.searchParams.get('row');
  const [rows, choices, slots, verification, evidence, zones] = await orErrorPage(
    Promise.all([
      rowsOf(url),
      ask(api.GET('/api/v1/clip-choices')),
      ask(api.GET('/api/v1/slots', { params: { query: { limit: 200 } } })),
      ask(api.GET('/api/v1/log/verification')),
      evidenceOf(row),
      // Only a row that is looked at names the zones in which it was heard.
      row === null ? [] : ask(api.GET('/api/v1/slot-options')).then((options) => options.zones),
    ]),
  );
  return { ...rows, choices, slots: slots.items.filter((slot) => !slot.instead_of), verification, evidence, zones };
};
