import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { clock } from '$lib/state/clock.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends }) => {
  depends('loa:status');
  const [status, microphones, alarms] = await Promise.all([
    orErrorPage(ask(api.GET('/api/v1/status'))),
    orErrorPage(ask(api.GET('/api/v1/microphones'))),
    // The page is worth having without them, as long as it says so.
    ask(api.GET('/api/v1/alarms')).then(
      ({ items }) => items,
      () => null,
    ),
  ]);
  clock.heard(status.live.now);
  return { status, microphones: microphones.items, alarms };
};
