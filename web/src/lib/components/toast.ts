import { Problem } from '$lib/api/problem';
import { problemText } from '$lib/i18n/problem';
import { toast } from 'svelte-sonner';

/** It was done. */
export function tell(text: string) {
  toast.success(text);
}

/** It was not done, and no form or dialog is there to say why. */
export function tellProblem(thrown: unknown) {
  const { text, hint } = problemText(Problem.of(thrown));
  toast.error(text, hint ? { description: hint, duration: 12_000 } : { duration: 12_000 });
}
