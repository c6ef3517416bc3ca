import { redirect } from '@sveltejs/kit';
import { orErrorPage } from '$lib/api/load';
import { session } from '$lib/state/session.svelte';
import type { LayoutLoad } from './$types';

export const ssr = false;
export const prerender = false;

const FRONT = ['/sign-in', '/first-run'];

/** Asks once who uses the page, and leads them where they may go. */
export const load: LayoutLoad = async ({ url, untrack, depends }) => {
  depends('loa:session');
  const path = untrack(() => url.pathname);
  const address = untrack(() => path + url.search);
  const now = session.current ?? (await orErrorPage(session.load()));
  if (now.signed_in) {
    if (FRONT.includes(path)) redirect(307, '/');
    return;
  }
  if (now.first_run) {
    if (path !== '/first-run') redirect(307, '/first-run');
  } else if (path !== '/sign-in') {
    redirect(307, path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(address)}`);
  }
};
