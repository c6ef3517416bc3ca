import { error, redirect } from '@sveltejs/kit';
import { session } from '$lib/state/session.svelte';
import { Problem } from './problem';

/** Where a person signs in and comes back from. */
function signInAddress(): string {
  return `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/** For `load` of a page: what was fetched, or the error page with the reason and a way to try again. */
export async function orErrorPage<T>(wanted: Promise<T>): Promise<T> {
  try {
    return await wanted;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    // The session ended before any page was drawn that could ask for a password.
    if (thrown.code === 'sign_in') {
      session.current = null;
      redirect(307, signInAddress());
    }
    const status = thrown.status >= 400 ? thrown.status : 503;
    error(status, { message: thrown.detail || thrown.code, problem: thrown });
  }
}
