import { m } from '#lib/paraglide/messages.js';
import type { Membership } from '#lib/tenancy/schemas.ts';
import Building2 from '@lucide/svelte/icons/building-2';
import CalendarDays from '@lucide/svelte/icons/calendar-days';
import Contact from '@lucide/svelte/icons/contact';
import Inbox from '@lucide/svelte/icons/inbox';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import LibraryBig from '@lucide/svelte/icons/library-big';
import ListTodo from '@lucide/svelte/icons/list-todo';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import UsersRound from '@lucide/svelte/icons/users-round';
import Workflow from '@lucide/svelte/icons/workflow';
import type { Component } from 'svelte';

export type NavigationItem = {
  href: string;
  label: string;
  icon: Component<{ class?: string }>;
  /** Pages below the address belong to other items. */
  isExact?: boolean;
  /** How much is new there, and that in words. */
  news?: { count: number; label: string } | undefined;
};

/** The pages of a clinic that somebody with this membership may open, and how many conversations nobody has read. */
export function clinicNavigation({ slug, role }: Membership, unread = 0): NavigationItem[] {
  const news = unread > 0 ? { count: unread, label: m.inbox_unread_count({ count: unread }) } : undefined;
  const everybody: NavigationItem[] = [
    { href: `/${slug}`, label: m.nav_dashboard(), icon: LayoutDashboard, isExact: true },
    { href: `/${slug}/calendar`, label: m.nav_calendar(), icon: CalendarDays },
    { href: `/${slug}/inbox`, label: m.nav_inbox(), icon: Inbox, news },
    { href: `/${slug}/clients`, label: m.nav_clients(), icon: Contact },
    { href: `/${slug}/tasks`, label: m.nav_tasks(), icon: ListTodo },
    { href: `/${slug}/catalogue`, label: m.nav_catalogue(), icon: LibraryBig },
  ];
  if (role !== 'owner') return everybody;
  return [
    ...everybody,
    { href: `/${slug}/team`, label: m.nav_team(), icon: UsersRound },
    { href: `/${slug}/audit`, label: m.nav_audit(), icon: ScrollText },
    { href: `/${slug}/settings`, label: m.nav_settings(), icon: Settings },
  ];
}

/** The pages of the platform's administration. */
export function platformNavigation(): NavigationItem[] {
  return [
    { href: '/admin', label: m.platform_overview(), icon: LayoutDashboard, isExact: true },
    { href: '/admin/clinics', label: m.nav_clinics(), icon: Building2 },
    { href: '/admin/users', label: m.platform_people(), icon: UsersRound },
    { href: '/admin/audit', label: m.nav_audit(), icon: ScrollText },
    { href: '/admin/states', label: m.platform_states(), icon: Workflow },
  ];
}
