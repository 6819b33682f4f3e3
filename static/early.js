// Runs before the first paint, as a file of our own origin so that the policy needs no exception for it.
(() => {
  try {
    const theme = localStorage.getItem('tertulia.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    if (location.pathname === '/' && localStorage.getItem('tertulia.account') !== null) {
      location.replace('/chats' + location.search);
    }
  } catch {
    // No storage: the system's theme, and the sign-in page.
  }
})();
