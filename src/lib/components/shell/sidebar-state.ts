export const SIDEBAR_COOKIE = 'chairside-sidebar';

/** Remembers whether the sidebar is collapsed; in a cookie, so that the server draws it right at once. */
export function rememberSidebar(collapsed: boolean): void {
  document.cookie = `${SIDEBAR_COOKIE}=${collapsed ? 'collapsed' : 'open'}; path=/; max-age=31536000; samesite=lax`;
}
