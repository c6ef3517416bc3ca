import { api, askTagged } from '$lib/api/client';
import { Problem } from '$lib/api/problem';
import type { askedReport } from '$lib/reports/period';

/** The forms of the written report. */
export const PAPERS = ['docx', 'pdf', 'xlsx', 'html'] as const;
/** A form of it, or the logbook of its days, to print and sign. */
export type Paper = (typeof PAPERS)[number] | 'book';
/** Its language; the station's if none is chosen. */
export type Tongue = 'vi' | 'en' | '';

/** The name that an answer gives to its file. */
export function fileName(disposition: string | null, otherwise: string): string {
  return /filename="([^"]+)"/.exec(disposition ?? '')?.[1] ?? otherwise;
}

/** Has the station make a paper; its bytes and its name. Throws a `Problem`. */
export async function makePaper(of: ReturnType<typeof askedReport>, format: Paper, language: Tongue) {
  // The logbook leaves nothing out: it has no campaign.
  const { campaign, ...days } = of;
  const tongue = language === '' ? {} : { language };
  const asked =
    format === 'book'
      ? api.GET('/api/v1/log/book', { params: { query: { ...days, ...tongue, format: 'pdf' } }, parseAs: 'blob' })
      : api.GET('/api/v1/report/download', {
          params: { query: { ...days, ...tongue, ...(campaign === undefined ? {} : { campaign }), format } },
          parseAs: 'blob',
        });
  let disposition: string | null = null;
  const answered = asked.then((answer) => {
    disposition = answer.response.headers.get('Content-Disposition');
    return answer;
  });
  const { data } = await askTagged<unknown>(answered);
  if (!(data instanceof Blob)) throw new Problem({ code: 'unexpected_answer' });
  return { blob: data, name: fileName(disposition, `bao-cao.${format}`) };
}

/** Hands a file to the browser, which keeps it where it keeps downloads. */
export function keep({ blob, name }: { blob: Blob; name: string }) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the time that this page gets to do anything else.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
