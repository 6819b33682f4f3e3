// Runs where the body begins, before any other script is there: shows the conversations as they were seen last, which
// `session/picture.ts` has kept. The app, once it has them itself, takes this down.
(() => {
  try {
    const { account, build, language, html } = JSON.parse(localStorage.getItem('tertulia.picture') ?? '{}');
    const here = sessionStorage.getItem('tertulia.account') ?? localStorage.getItem('tertulia.account');
    const root = document.documentElement;
    if (!html || account !== here || build !== root.dataset.build) return;
    if (language !== localStorage.getItem('PARAGLIDE_LOCALE')) return;
    const [, section, room] = location.pathname.split('/');
    // A phone shows one conversation alone.
    if (section !== 'chats' || (room && !matchMedia('(min-width: 48rem)').matches)) return;
    const picture = document.createElement('div');
    picture.id = 'picture';
    picture.ariaHidden = 'true';
    picture.innerHTML = html;
    document.currentScript?.after(picture);
    if (room) picture.querySelector(`[href="${CSS.escape(location.pathname)}"]`)?.setAttribute('aria-current', 'page');
    picture.addEventListener('click', (event) => {
      const link = event.target instanceof Element && event.target.closest('a');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      for (const other of picture.querySelectorAll('[aria-current]')) other.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'page');
      picture.dataset.asked = link.getAttribute('href') ?? '';
      dispatchEvent(new Event('tertulia:asked'));
    });
  } catch {
    // Nothing to show: the app comes by itself.
  }
})();
