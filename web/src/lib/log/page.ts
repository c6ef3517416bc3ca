import { api, ask } from '$lib/api/client';
import type { LogItem } from './types';

/** A page of the log. */
export interface LogPage {
  items: LogItem[];
  next: string | null;
}

/** Looks for a rare choice that follow one another before a person is asked whether to go on. */
const LOOKS_MAX = 20;

/** Rows after a cursor. The station looks a bounded stretch at a time, so that a page may be empty while there are more. */
export async function logPage(query: object, cursor: string | null): Promise<LogPage> {
  let next: string | null = cursor;
  for (let look = 0; ; look += 1) {
    const page = await ask(
      api.GET('/api/v1/log', { params: { query: { ...query, ...(next === null ? {} : { cursor: next }) } } }),
    );
    next = page.next ?? null;
    if (page.items.length > 0 || next === null || look === LOOKS_MAX) return { items: page.items, next };
  }
}
