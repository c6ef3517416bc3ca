import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { addDays, civilOf } from '$lib/schedule/civil';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, url }) => {
  depends('loa:rehearsal');
  const status = await orErrorPage(ask(api.GET('/api/v1/status')));
  const today = civilOf(status.live.now).slice(0, 10);
  const day = (name: string) => {
    const asked = url.searchParams.get(name) ?? '';
    return /^\d{4}-\d{2}-\d{2}$/.test(asked) ? asked : addDays(today, 1);
  };
  const query = { from: day('from'), to: day('to') };
  const rehearsal = await orErrorPage(ask(api.GET('/api/v1/rehearsal', { params: { query } })));
  return { rehearsal, today, ...query };
};
