import { api, ask } from '$lib/api/client';
import type { components } from '$lib/api/schema';
import { civilOf } from './civil';
import type { FoundClip } from './types';

type Options = components['schemas']['SlotOptions'];

/** What a form about slots needs to know. */
export interface FormChoices {
  today: string;
  zones: { id: string; name: string }[];
  topics: { code: string; name: string }[];
  campaigns: { code: string; name: string }[];
  relays: { code: string; name: string }[];
  options: Options;
}

/** What a form about slots offers, in the language of the page. */
export function choicesOf(options: Options, language: 'vi' | 'en'): FormChoices {
  const named = ({ code, name }: Options['zones'][number]) => ({ code, name: name[language] });
  return {
    today: civilOf(options.now).slice(0, 10),
    zones: options.zones.map(({ code, name }) => ({ id: code, name: name[language] })),
    topics: options.topics.map(named),
    campaigns: options.campaigns.map(named),
    relays: options.relays.map(named),
    options,
  };
}

/** Clips that are found at once. */
const FOUND_MAX = 30;

/** Clips in use whose title or author holds these words, newest first. */
export async function searchClips(text: string): Promise<FoundClip[]> {
  const { items } = await ask(api.GET('/api/v1/clips', { params: { query: { text, limit: FOUND_MAX } } }));
  return items.map(({ id, title, duration_s }) => ({ id, title, length_ms: Math.round(duration_s * 1000) }));
}
