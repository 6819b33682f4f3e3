// Runs before the first paint, within the page: the web server allows it by its hash.
(() => {
  const root = document.documentElement;
  try {
    for (const look of ['theme', 'text', 'density']) {
      const chosen = localStorage.getItem(`tertulia.${look}`);
      if (chosen) root.dataset[look] = chosen;
    }
    const isHere = localStorage.getItem('tertulia.account') !== null;
    if (location.pathname === '/' && isHere) return location.replace('/chats' + location.search);
    // The engine starts beside the page instead of after it. `remote/connect.ts` takes it over.
    const { engine } = root.dataset;
    if (engine && isHere && 'SharedWorker' in window) {
      root.lang = localStorage.getItem('PARAGLIDE_LOCALE') ?? root.lang;
      window.tertuliaEngine = new SharedWorker(engine, { type: 'module', name: 'tertulia' });
    }
  } catch {
    // No storage: the system's theme, and the sign-in page.
  }
  // A form that is sent before the page listens waits for it: the browser itself would write a password into the address.
  /** @type {EventTarget | null} */
  let sent = null;
  /** @param {SubmitEvent} event */
  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    sent = event.target;
  };
  addEventListener('submit', hold, true);
  addEventListener('tertulia:listening', () => {
    removeEventListener('submit', hold, true);
    if (sent instanceof HTMLFormElement) sent.requestSubmit();
  });
})();
