import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

/**
 * Loads anew what depends on `name`. A change of page that is on its way comes first: the framework would call it off, and the
 * click of whoever asked for it be lost because something changed at that moment.
 */
export async function loadAgain(name: string): Promise<void> {
  let waited: Promise<void> | null = null;
  // It may be another one by then. One that was called off stays there, and is not waited for twice.
  while (navigating.complete && navigating.complete !== waited) {
    waited = navigating.complete;
    await waited.catch(() => {});
  }
  await invalidate(name);
}
