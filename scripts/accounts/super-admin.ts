import {
  createInvitationToken,
  hashInvitationToken,
} from '../../supabase/functions/_shared/tenancy/invitation-token.ts';
import { CommandFailure } from './command-failure.ts';

export interface NewAccount {
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  language: 'en' | 'ro';
}

export type BootstrapOutcome = 'promoted' | 'already_super_admin' | 'invited';

/** What creating a super-admin needs from the stack. */
export interface AdminAccounts {
  /** Promotes an existing account, or leaves a platform invitation with this token hash. */
  bootstrap(email: string, tokenHash: string): Promise<BootstrapOutcome>;
  /** Creates the account with the invitation. */
  signUp(account: NewAccount, invitationToken: string): Promise<void>;
  /** Whether these credentials open a session with platform access. */
  isSuperAdmin(email: string, password: string): Promise<boolean>;
}

export interface CreatedAdmin {
  email: string;
  outcome: 'created' | 'promoted' | 'already_super_admin';
}

/** E-mail addresses are stored and compared in this form everywhere. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/**
 * Makes somebody a super-admin, by the same invitation everybody comes in by. Repeatable: a run that
 * broke off is completed by the next one, and an existing account keeps its password.
 *
 * @param choosePassword asked only when an account has to be created
 * @throws CommandFailure
 */
export async function createSuperAdmin(
  person: { email: string; firstName: string; lastName: string },
  choosePassword: () => Promise<string>,
  accounts: AdminAccounts,
): Promise<CreatedAdmin> {
  const email = normalEmail(person.email);
  const token = createInvitationToken();
  const outcome = await accounts.bootstrap(email, await hashInvitationToken(token));
  if (outcome !== 'invited') return { email, outcome };

  const password = await choosePassword();
  const { firstName, lastName } = person;
  await accounts.signUp({ email, password, firstName, lastName, language: 'en' }, token);
  if (!(await accounts.isSuperAdmin(email, password))) {
    throw new CommandFailure(
      'refused',
      `The account ${email} exists now but has no platform access. Run the command again.`,
    );
  }
  return { email, outcome: 'created' };
}
