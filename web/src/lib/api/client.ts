import createClient from 'openapi-fetch';
import { Problem } from './problem';
import type { paths } from './schema';
import { send, type Ties } from './send';

const ties: Ties = { csrf: () => null, renew: async () => false, fetch: (request) => fetch(request) };

/** Ties the client to the session of this page. */
export function tie(session: Pick<Ties, 'csrf' | 'renew'>) {
  Object.assign(ties, session);
}

/** The daemon's API, typed by its own description. Wrap calls in `ask`. */
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  credentials: 'same-origin',
  fetch: (request) => send(request, ties),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What the daemon answers; a `Problem` is thrown if it does not do what was asked. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await askTagged(answer)).data;
}

/** Like `ask`, with the tag that a later change sends as `If-Match`. */
export async function askTagged<T>(answer: Promise<Answer<T>>): Promise<{ data: T; tag: string | null }> {
  let got: Answer<T>;
  try {
    got = await answer;
  } catch (thrown) {
    throw Problem.of(thrown);
  }
  if (!got.response.ok) throw Problem.from(got.response, got.error);
  return { data: got.data as T, tag: got.response.headers.get('ETag') };
}
