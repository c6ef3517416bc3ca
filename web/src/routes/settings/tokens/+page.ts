import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends }) => {
  depends('loa:tokens');
  const [tokens, users] = await orErrorPage(
    Promise.all([ask(api.GET('/api/v1/tokens')), ask(api.GET('/api/v1/users'))]),
  );
  return { tokens: tokens.items, users: users.items };
};
