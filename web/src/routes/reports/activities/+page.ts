import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { dayOf } from '$lib/format/time';
import { askedLedger, readLedger } from '$lib/office/activity';
import { clock } from '$lib/state/clock.svelte';
import { session } from '$lib/state/session.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url, depends, parent }) => {
  depends('loa:activities');
  await parent();
  const choice = readLedger(url.searchParams);
  const today = dayOf(clock.now() ?? Date.now(), session.zone);
  const query = askedLedger(choice, today);
  const [{ items }, choices] = await orErrorPage(
    Promise.all([ask(api.GET('/api/v1/activities', { params: { query } })), ask(api.GET('/api/v1/clip-choices'))]),
  );
  return { choice, items, choices };
};
