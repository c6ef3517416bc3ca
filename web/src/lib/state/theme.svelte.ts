/** How the page looks: as the system does, or as the person says. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'loa.theme';

class ThemeState {
  current = $state<Theme>(kept());

  /** Changes it, for this browser and for good. */
  choose(theme: Theme) {
    this.current = theme;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Then it holds until the page is closed.
    }
  }
}

function kept(): Theme {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** How the page looks. */
export const theme = new ThemeState();
