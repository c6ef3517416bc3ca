import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { dayOf } from '$lib/format/time';
import { clock } from '$lib/state/clock.svelte';
import { session } from '$lib/state/session.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
  await parent();
  const choices = await orErrorPage(ask(api.GET('/api/v1/clip-choices')));
  return { choices, today: dayOf(clock.now() ?? Date.now(), session.zone) };
};
