/** Which report a page shows, as the address has it. */
export interface ReportChoice {
  /** 2026-H2; empty for two days. */
  period: string;
  calendar: '' | 'nd09' | 'calendar';
  from: string;
  to: string;
  campaign: string;
}

/** A period that can be chosen. */
export interface Offered {
  text: string;
  preset: string;
}

/** What an address asks for; none if it asks for no period. */
export function readReport(params: URLSearchParams): ReportChoice | null {
  const text = (name: string) => params.get(name)?.trim() ?? '';
  const calendar = text('calendar');
  const choice: ReportChoice = {
    period: text('period'),
    calendar: calendar === 'nd09' || calendar === 'calendar' ? calendar : '',
    from: text('from'),
    to: text('to'),
    campaign: text('campaign'),
  };
  return choice.period !== '' || (choice.from !== '' && choice.to !== '') ? choice : null;
}

/** The report that a page without an address shows: the current period of the station's usual preset. */
export function usualReport(offered: readonly Offered[]): ReportChoice {
  const first = offered[0];
  const calendar = first?.preset === 'calendar' ? 'calendar' : 'nd09';
  return { period: first?.text ?? '', calendar, from: '', to: '', campaign: '' };
}

interface Asked {
  period?: string;
  calendar?: 'nd09' | 'calendar';
  from?: string;
  to?: string;
  campaign?: string;
}

/** What the API is asked for: a named period or two days, never both. */
export function askedReport(choice: ReportChoice): Asked {
  const campaign = choice.campaign === '' ? {} : { campaign: choice.campaign };
  if (choice.period === '') return { from: choice.from, to: choice.to, ...campaign };
  return { period: choice.period, ...(choice.calendar === '' ? {} : { calendar: choice.calendar }), ...campaign };
}

/** The address of a report, with the figure whose rows are shown; of another page on the same period if that is named. */
export function reportAddress(choice: ReportChoice, figure: string | null = null, page = '/reports'): string {
  const params = new URLSearchParams(Object.entries(askedReport(choice)));
  if (figure !== null) params.set('figure', figure);
  return `${page}?${params}`;
}

/** A choice in one word, for a list of choices. */
export const wordOf = (offered: Offered) => `${offered.preset}:${offered.text}`;
