import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends }) => {
  depends('loa:campaigns');
  const [standings, choices] = await orErrorPage(
    Promise.all([ask(api.GET('/api/v1/campaigns/standing')), ask(api.GET('/api/v1/clip-choices'))]),
  );
  return { standings, choices };
};
