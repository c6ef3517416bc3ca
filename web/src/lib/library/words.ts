import type { Tone } from '$lib/components/outcome';
import { language } from '$lib/i18n/language.svelte';
import { m } from '$lib/paraglide/messages.js';
import type { Told } from './types';

/** A sentence of the station in the language of the page. */
export const said = (told: Told): string => told[language.current];

/** The state of a clip, in words. */
export function stateName(state: string): string {
  switch (state) {
    case 'draft':
      return m.library_state_draft();
    case 'submitted':
      return m.library_state_submitted();
    case 'sent_back':
      return m.library_state_sent_back();
    case 'approved':
      return m.library_state_approved();
    case 'retired':
      return m.library_state_retired();
    default:
      return state;
  }
}

/** How a state is coloured. */
export function stateTone(state: string): Tone {
  const tones: Record<string, Tone> = { draft: 'quiet', submitted: 'doubt', sent_back: 'bad', approved: 'good' };
  return tones[state] ?? 'quiet';
}

/** Thể loại, in words. */
export function genreName(genre: string): string {
  switch (genre) {
    case 'news':
      return m.library_genre_news();
    case 'article':
      return m.library_genre_article();
    case 'feature':
      return m.library_genre_feature();
    case 'notice':
      return m.library_genre_notice();
    case 'ident':
      return m.library_genre_ident();
    default:
      return m.library_genre_other();
  }
}

/** Who made a clip, in words. */
export function sourceName(source: string): string {
  switch (source) {
    case 'own':
      return m.library_source_own();
    case 'district':
      return m.library_source_district();
    case 'province':
      return m.library_source_province();
    default:
      return m.library_source_central();
  }
}
