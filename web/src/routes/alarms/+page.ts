import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends }) => {
  depends('loa:alarms');
  return { page: await orErrorPage(ask(api.GET('/api/v1/alarms/history'))) };
};
