import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, url }) => {
  depends('loa:audit');
  const who = url.searchParams.get('who') ?? '';
  const what = url.searchParams.get('what') ?? '';
  const query = { ...(who && { who }), ...(what && { what }) };
  const page = await orErrorPage(ask(api.GET('/api/v1/audit', { params: { query } })));
  return { who, what, page };
};
