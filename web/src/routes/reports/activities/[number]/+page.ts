import { api, ask, askTagged } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { dayOf } from '$lib/format/time';
import { clock } from '$lib/state/clock.svelte';
import { session } from '$lib/state/session.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params, depends, parent }) => {
  depends('loa:activity');
  await parent();
  const path = { number: Number(params.number) };
  const [{ data: entry, tag }, choices] = await orErrorPage(
    Promise.all([
      askTagged(api.GET('/api/v1/activities/{number}', { params: { path } })),
      ask(api.GET('/api/v1/clip-choices')),
    ]),
  );
  return { entry, tag, choices, today: dayOf(clock.now() ?? Date.now(), session.zone) };
};
