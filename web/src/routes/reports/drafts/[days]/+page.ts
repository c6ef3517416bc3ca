import { error } from '@sveltejs/kit';
import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { Problem } from '$lib/api/problem';
import { askedDraft, figuresOf, readDays } from '$lib/office/draft';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params, url, depends, parent }) => {
  depends('loa:draft');
  await parent();
  const days = readDays(params.days);
  const notFound = () => error(404, { message: params.days, problem: new Problem({ code: 'not_found', status: 404 }) });
  if (days === null) return notFound();
  const campaign = url.searchParams.get('campaign');
  const query = { ...days, ...(campaign ? { campaign } : {}) };
  const { items: versions } = await orErrorPage(ask(api.GET('/api/v1/drafts/versions', { params: { query } })));
  const newest = versions.at(-1);
  if (!newest) return notFound();
  const asked = Number(url.searchParams.get('version'));
  const shown = versions.find(({ version }) => version === asked) ?? newest;
  const [report, sections, choices] = await orErrorPage(
    Promise.all([
      ask(api.GET('/api/v1/drafts/{number}/report', { params: { path: { number: shown.number } } })),
      ask(api.GET('/api/v1/drafts/sections', { params: { query: askedDraft(newest) } })),
      ask(api.GET('/api/v1/clip-choices')),
    ]),
  );
  return { versions, newest, shown, figures: figuresOf(report), sections: sections.items, choices };
};
