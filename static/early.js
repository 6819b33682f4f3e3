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
  // A form that is sent before the page listens waits for it: the browser itself would write a password into the address.
  let sent;
  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    sent = event.target;
  };
  addEventListener('submit', hold, true);
  addEventListener('tertulia:listening', () => {
    removeEventListener('submit', hold, true);
    sent?.requestSubmit();
  });
})();
