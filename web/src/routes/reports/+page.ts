import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import { askedReport, readReport, usualReport } from '$lib/reports/period';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url, depends }) => {
  depends('loa:report');
  const [periods, choices] = await orErrorPage(
    Promise.all([ask(api.GET('/api/v1/report/periods')), ask(api.GET('/api/v1/clip-choices'))]),
  );
  const choice = readReport(url.searchParams) ?? usualReport(periods.periods);
  const query = askedReport(choice);
  const figure = url.searchParams.get('figure');
  const [report, rows] = await orErrorPage(
    Promise.all([
      ask(api.GET('/api/v1/report', { params: { query } })),
      figure === null ? null : ask(api.GET('/api/v1/report/rows', { params: { query: { ...query, figure } } })),
    ]),
  );
  return { periods, choices, choice, report, figure, rows };
};
