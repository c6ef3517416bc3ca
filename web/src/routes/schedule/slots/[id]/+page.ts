import { api, ask, askTagged } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params, depends }) => {
  depends('loa:slot');
  const [options, { data: slot, tag }] = await Promise.all([
    orErrorPage(ask(api.GET('/api/v1/slot-options'))),
    orErrorPage(askTagged(api.GET('/api/v1/slots/{id}', { params: { path: { id: params.id } } }))),
  ]);
  return { options, slot, tag };
};
