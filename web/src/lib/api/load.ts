import { error } from '@sveltejs/kit';
import { Problem } from './problem';

/** For `load` of a page: what was fetched, or the error page with the reason and a way to try again. */
export async function orErrorPage<T>(wanted: Promise<T>): Promise<T> {
  try {
    return await wanted;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const status = thrown.status >= 400 ? thrown.status : 503;
    error(status, { message: thrown.detail || thrown.code, problem: thrown });
  }
}
