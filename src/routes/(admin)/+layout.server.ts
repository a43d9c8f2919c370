import { SIDEBAR_COOKIE } from '#lib/components/shell/sidebar-state.ts';
import { twoStepPath } from '#lib/auth/next-path.ts';
import { loadAccess } from '#lib/tenancy/access.server.ts';
import { error, redirect } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
  const access = await loadAccess(event);
  if (access.profile.status !== 'active') redirect(303, '/no-access');
  if (access.mfa_required) redirect(303, twoStepPath(event.url.pathname + event.url.search));
  if (!access.is_super_admin) error(403, 'Super-admins only');
  return { access, sidebarCollapsed: event.cookies.get(SIDEBAR_COOKIE) === 'collapsed' };
};
