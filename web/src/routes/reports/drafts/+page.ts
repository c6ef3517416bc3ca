import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { dayOf } from '$lib/format/time';
import { clock } from '$lib/state/clock.svelte';
import { session } from '$lib/state/session.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent }) => {
  depends('loa:drafts');
  await parent();
  const [{ items }, periods] = await orErrorPage(
    Promise.all([ask(api.GET('/api/v1/drafts')), ask(api.GET('/api/v1/report/periods'))]),
  );
  return { drafts: items, periods, today: dayOf(clock.now() ?? Date.now(), session.zone) };
};
