import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import Building2 from '@lucide/svelte/icons/building-2';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import Contact from '@lucide/svelte/icons/contact';
import KeyRound from '@lucide/svelte/icons/key-round';
import LifeBuoy from '@lucide/svelte/icons/life-buoy';
import Mail from '@lucide/svelte/icons/mail';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import UserRound from '@lucide/svelte/icons/user-round';
import UsersRound from '@lucide/svelte/icons/users-round';
import type { Component } from 'svelte';
import type { AuditEvent } from './schemas.ts';

type Icon = Component<{ class?: string }>;

const ICONS: Record<string, Icon> = {
  audit: ScrollText,
  client: Contact,
  invitation: Mail,
  member: UsersRound,
  sign_in: KeyRound,
  super_admin: ShieldCheck,
  support: LifeBuoy,
  tenant: Building2,
  user: UserRound,
};

const TONES: Record<string, BadgeVariant> = {
  accepted: 'success',
  created: 'success',
  deleted: 'destructive',
  disabled: 'warning',
  erased: 'destructive',
  failed: 'destructive',
  granted: 'success',
  joined: 'success',
  removed: 'warning',
  restored: 'success',
  resumed: 'success',
  revoked: 'warning',
  suspended: 'warning',
};

/** The picture and colour of an event; colour only underlines what the words say. */
export function eventKind({ action, succeeded }: AuditEvent): { icon: Icon; tone: BadgeVariant } {
  const [entity = '', verb = ''] = action.split('.');
  const tone = entity === 'support' ? 'primary' : (TONES[verb] ?? 'neutral');
  return { icon: ICONS[entity] ?? CircleDot, tone: succeeded ? tone : 'destructive' };
}
