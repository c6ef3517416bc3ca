import { orErrorPage } from '$lib/api/load';
import { settings } from '$lib/settings/settings.svelte';
import { session } from '$lib/state/session.svelte';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ depends, parent }) => {
  depends('loa:settings');
  await parent();
  if (session.may('settings')) await orErrorPage(settings.load());
};
