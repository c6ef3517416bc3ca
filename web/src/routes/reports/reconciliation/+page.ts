import { api, ask } from '$lib/api/client';
import { orErrorPage } from '$lib/api/load';
import type { Reconciliation } from '$lib/office/reconciliation';
import { askedReport, readReport, usualReport } from '$lib/reports/period';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url, depends }) => {
  depends('loa:reconciliation');
  const periods = await orErrorPage(ask(api.GET('/api/v1/report/periods')));
  const choice = { ...(readReport(url.searchParams) ?? usualReport(periods.periods)), campaign: '' };
  const query = askedReport(choice);
  const account = await orErrorPage(ask(api.GET('/api/v1/report/reconciliation', { params: { query } })));
  return { periods, choice, account: account as unknown as Reconciliation };
};
