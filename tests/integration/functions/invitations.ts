import { anonymousClient } from '../../support/environment.ts';
import { call, type Clinic, newEmail, type Person } from '../../support/people.ts';
import { callSendInvitation, type FunctionAnswer } from './mail.ts';

export interface Invitation {
  id: string;
  email: string;
  state: string;
  delivery: string;
  delivery_error: string | null;
  delivered_at: string | null;
}

/** An invitation of a new colleague that has not been mailed yet. */
export function inviteColleague(
  owner: Person,
  clinic: Clinic,
  email = newEmail('invited'),
): Promise<Invitation> {
  return call<Invitation>(owner.client, 'invite_member', { tenant_id: clinic.id, email });
}

/** Presses "send" (or "show the link") as this person. */
export function send(
  person: Person,
  invitation: Invitation,
  action: 'send' | 'reveal' = 'send',
): Promise<FunctionAnswer> {
  return callSendInvitation(person.accessToken, { invitation_id: invitation.id, action });
}

/** What the invitation page learns about a link. */
export async function stateOf(token: string): Promise<string> {
  return (await call<{ state: string }>(anonymousClient(), 'preview_invitation', { token })).state;
}
