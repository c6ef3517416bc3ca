import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends }) => {
  depends('loa:devices');
  const { items } = await orErrorPage(ask(api.GET('/api/v1/devices')));
  return { devices: items };
};
