import { getLocale, overwriteGetLocale, setLocale } from '$lib/paraglide/runtime.js';

/** The language of the page. Every message reads it, so that a change is seen at once and nothing typed is lost. */
class LanguageState {
  current = $state<'vi' | 'en'>(getLocale());

  /** Changes it, for this browser and for good. */
  choose(language: 'vi' | 'en') {
    void setLocale(language, { reload: false });
    this.current = language;
    document.documentElement.lang = language;
  }
}

/** The language of the page. */
export const language = new LanguageState();

overwriteGetLocale(() => language.current);
