import type { Problem } from '$lib/api/problem';

declare global {
  namespace App {
    interface Error {
      message: string;
      /** Why the page could not be loaded, when the daemon said so. */
      problem?: Problem;
    }
    interface PageState {
      /** A dialog or drawer that the back button closes. */
      open?: string;
    }
  }
}

export {};
