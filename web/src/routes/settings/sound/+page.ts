import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends }) => {
  depends('loa:devices');
  const [{ items: devices, captures }, { items: relays }] = await orErrorPage(
    Promise.all([ask(api.GET('/api/v1/devices')), ask(api.GET('/api/v1/relays'))]),
  );
  return { devices, captures, relays };
};
