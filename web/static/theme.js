// Before the first paint, so that nobody in the dark is blinded: the theme and language chosen last.
try {
  var theme = localStorage.getItem('loa.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (localStorage.getItem('loa.language') === 'en') document.documentElement.lang = 'en';
} catch {
  // Storage is forbidden here: the system's theme, and Vietnamese.
}
