/** Says in the icons of the tab and of the installed app how much is unread (Badging API). */
export function showBadge(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const href = count > 0 ? '/icon-unread.svg' : '/icon.svg';
  // Set anew it would be fetched anew.
  if (icon && icon.getAttribute('href') !== href) icon.href = href;
  // Where the app is not installed there is nothing to show it on.
  if ('setAppBadge' in navigator)
    void (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined);
}
