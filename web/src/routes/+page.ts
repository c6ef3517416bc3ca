import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { clock } from '$lib/state/clock.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends }) => {
  depends('loa:status');
  const status = await orErrorPage(ask(api.GET('/api/v1/status')));
  clock.heard(status.live.now);
  return { status };
};
