import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

/**
 * Loads anew what depends on `name`. A change of page that is on its way comes first: the framework would call it off, and the
 * click of whoever asked for it be lost because something changed at that moment.
 */
export async function loadAgain(name: string): Promise<void> {
  // Rejected when the change of page fails or another takes its place.
  while (navigating.complete) await navigating.complete.catch(() => {});
  await invalidate(name);
}
