import { language } from '$lib/i18n/language.svelte';
import type { components } from '$lib/api/schema';
import type { Named } from './types';

type Choices = components['schemas']['Choices'];

/** Topics and campaigns to choose from, in the language of the page. */
export function namesOf(choices: Choices): { topics: Named[]; campaigns: Named[] } {
  const vi = language.current === 'vi';
  return {
    topics: choices.topics.map(({ code, name }) => ({ value: code, label: vi ? name.vi : name.en })),
    campaigns: choices.campaigns.map(({ code, name }) => ({ value: code, label: name })),
  };
}

/** The name of a code; the code itself if it has none. */
export function nameIn(names: readonly Named[], code: string): string {
  return names.find(({ value }) => value === code)?.label ?? code;
}
