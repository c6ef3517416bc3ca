import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
  const options = await orErrorPage(ask(api.GET('/api/v1/slot-options')));
  return { options, at: url.searchParams.get('at') };
};
