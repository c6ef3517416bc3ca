import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { queryOf } from '$lib/library/filter';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url, depends }) => {
  depends('loa:clips');
  const query = queryOf(url.searchParams);
  const [page, coming, choices] = await orErrorPage(
    Promise.all([
      ask(api.GET('/api/v1/clips', { params: { query } })),
      ask(api.GET('/api/v1/uploads')),
      ask(api.GET('/api/v1/clip-choices')),
    ]),
  );
  return { page, coming: coming.items, choices, query };
};
