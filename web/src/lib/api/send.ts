import { Problem } from './problem';

/** A request that got no answer for so long is given up. */
export const ANSWER_MS_MAX = 30_000;

/** What a request needs to know of the session, which lives elsewhere. */
export interface Ties {
  /** Token against forged requests; none while nobody is signed in. */
  csrf: () => string | null;
  /** The session has ended: asks the person to sign in again. False: they would rather not. */
  renew: () => Promise<boolean>;
  /** How the daemon is reached. */
  fetch: (request: Request) => Promise<Response>;
}

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** A key by which the daemon knows a command that it gets twice. Works where the page is served without TLS too. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Sends a request as this console sends them: with the token against forgery, a key if it is a command, and, when the session
 * ended meanwhile, once more after the person has signed in again. The second try carries the same key.
 */
export async function send(request: Request, ties: Ties): Promise<Response> {
  if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
    request.headers.set('Idempotency-Key', idempotencyKey());
  }
  const spare = request.clone();
  const response = await sendOnce(request, ties);
  if (response.status !== 401 || !(await sessionEnded(response))) return response;
  if (!(await ties.renew())) return response;
  return sendOnce(spare, ties);
}

async function sendOnce(request: Request, ties: Ties): Promise<Response> {
  const csrf = ties.csrf();
  if (csrf !== null && CHANGING.has(request.method)) request.headers.set('X-Loa-CSRF', csrf);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_MS_MAX);
  const leave = () => late.abort();
  request.signal.addEventListener('abort', leave);
  try {
    return await ties.fetch(new Request(request, { signal: late.signal }));
  } catch (thrown) {
    if (request.signal.aborted) throw thrown;
    throw late.signal.aborted ? new Problem({ code: 'timed_out' }) : Problem.of(thrown);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', leave);
  }
}

/** Whether an answer says that nobody is signed in (a wrong password is another 401). */
async function sessionEnded(response: Response): Promise<boolean> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return Problem.from(response, body).signedOut;
}
