import { SIDEBAR_COOKIE } from '#lib/components/shell/sidebar-state.ts';
import { loadAccess } from '#lib/tenancy/access.server.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => ({
  access: await loadAccess(event),
  sidebarCollapsed: event.cookies.get(SIDEBAR_COOKIE) === 'collapsed',
});
