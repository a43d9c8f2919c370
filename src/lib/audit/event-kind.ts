import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import Armchair from '@lucide/svelte/icons/armchair';
import ArrowDownUp from '@lucide/svelte/icons/arrow-down-up';
import AtSign from '@lucide/svelte/icons/at-sign';
import Bookmark from '@lucide/svelte/icons/bookmark';
import BriefcaseMedical from '@lucide/svelte/icons/briefcase-medical';
import Building2 from '@lucide/svelte/icons/building-2';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import Contact from '@lucide/svelte/icons/contact';
import KeyRound from '@lucide/svelte/icons/key-round';
import LifeBuoy from '@lucide/svelte/icons/life-buoy';
import ListTodo from '@lucide/svelte/icons/list-todo';
import Mail from '@lucide/svelte/icons/mail';
import Paperclip from '@lucide/svelte/icons/paperclip';
import PhoneIncoming from '@lucide/svelte/icons/phone-incoming';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Stethoscope from '@lucide/svelte/icons/stethoscope';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import Tag from '@lucide/svelte/icons/tag';
import UserRound from '@lucide/svelte/icons/user-round';
import UsersRound from '@lucide/svelte/icons/users-round';
import type { Component } from 'svelte';
import type { AuditEvent } from './schemas.ts';

type Icon = Component<{ class?: string }>;

const ICONS: Record<string, Icon> = {
  attachment: Paperclip,
  audit: ScrollText,
  client: Contact,
  client_identifier: AtSign,
  clients: ArrowDownUp,
  contact_point: PhoneIncoming,
  conversation: Mail,
  file: Paperclip,
  invitation: Mail,
  member: UsersRound,
  message: Mail,
  note: StickyNote,
  provider: Stethoscope,
  resource: Armchair,
  saved_view: Bookmark,
  service: BriefcaseMedical,
  sign_in: KeyRound,
  super_admin: ShieldCheck,
  support: LifeBuoy,
  tag: Tag,
  task: ListTodo,
  tenant: Building2,
  user: UserRound,
};

const TONES: Record<string, BadgeVariant> = {
  accepted: 'success',
  completed: 'success',
  created: 'success',
  deleted: 'destructive',
  disabled: 'warning',
  erased: 'destructive',
  failed: 'destructive',
  granted: 'success',
  import_finished: 'success',
  joined: 'success',
  merged: 'warning',
  missing: 'destructive',
  removed: 'warning',
  restored: 'success',
  resumed: 'success',
  revoked: 'warning',
  suspended: 'warning',
  uploaded: 'success',
};

/** The picture and colour of an event; colour only underlines what the words say. */
export function eventKind({ action, succeeded }: AuditEvent): { icon: Icon; tone: BadgeVariant } {
  const [entity = '', verb = ''] = action.split('.');
  const tone = entity === 'support' ? 'primary' : (TONES[verb] ?? 'neutral');
  return { icon: ICONS[entity] ?? CircleDot, tone: succeeded ? tone : 'destructive' };
}
