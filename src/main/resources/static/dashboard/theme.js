// Runs before the first paint, so that the page does not flash in the wrong theme.
(function () {
  try {
    const theme = localStorage.getItem('mivaa.theme');
    if (theme === 'light' || theme === 'dark') {
      document.documentElement.dataset.theme = theme;
    }
  } catch {
    // Storage is blocked: use the theme of the system.
  }
})();
