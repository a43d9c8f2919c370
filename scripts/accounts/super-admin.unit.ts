import { describe, expect, it } from 'vitest';
import { hashInvitationToken } from '../../supabase/functions/_shared/tenancy/invitation-token.ts';
import { CommandFailure, exitCodes, failureOf } from './command-failure.ts';
import {
  type AdminAccounts,
  type BootstrapOutcome,
  createSuperAdmin,
  type NewAccount,
} from './super-admin.ts';

const ana = { email: ' Ana@Clinic.Example ', firstName: 'Ana', lastName: 'Pop' };

class FakeAccounts implements AdminAccounts {
  readonly invitations: string[] = [];
  readonly created: Array<NewAccount & { token: string }> = [];
  hasAccess = true;
  private readonly outcome: BootstrapOutcome;

  constructor(outcome: BootstrapOutcome) {
    this.outcome = outcome;
  }
  async bootstrap(email: string, tokenHash: string) {
    this.invitations.push(`${email} ${tokenHash}`);
    return this.outcome;
  }
  async signUp(account: NewAccount, token: string) {
    this.created.push({ ...account, token });
  }
  async isSuperAdmin() {
    return this.hasAccess;
  }
}

const noPassword = (): Promise<string> => Promise.reject(new Error('asked for a password'));

describe('creating a super-admin', () => {
  it('signs a new person up with the token whose hash was stored', async () => {
    const accounts = new FakeAccounts('invited');
    const result = await createSuperAdmin(ana, async () => 'a good password', accounts);
    expect(result).toEqual({ email: 'ana@clinic.example', outcome: 'created' });
    const [account] = accounts.created;
    expect(account).toMatchObject({
      email: 'ana@clinic.example',
      password: 'a good password',
      firstName: 'Ana',
      lastName: 'Pop',
    });
    expect(accounts.invitations).toEqual([
      `ana@clinic.example ${await hashInvitationToken(account?.token ?? '')}`,
    ]);
  });

  it.each(['promoted', 'already_super_admin'] as const)(
    'asks for no password when the account is %s',
    async (outcome) => {
      const accounts = new FakeAccounts(outcome);
      expect(await createSuperAdmin(ana, noPassword, accounts)).toEqual({
        email: 'ana@clinic.example',
        outcome,
      });
      expect(accounts.created).toEqual([]);
    },
  );

  it('does not claim success when the account has no access', async () => {
    const accounts = new FakeAccounts('invited');
    accounts.hasAccess = false;
    await expect(createSuperAdmin(ana, async () => 'a good password', accounts)).rejects.toMatchObject({
      reason: 'refused',
    });
  });

  it('creates nothing when no password is chosen', async () => {
    const accounts = new FakeAccounts('invited');
    await expect(createSuperAdmin(ana, noPassword, accounts)).rejects.toThrow('asked for a password');
    expect(accounts.created).toEqual([]);
  });
});

describe('the failure of a command', () => {
  it.each([
    [{ message: 'TypeError: fetch failed' }, 'unreachable', 'cannot be reached'],
    [
      { message: 'Could not find the function', code: 'PGRST202', status: 404 },
      'refused',
      'supabase db push',
    ],
    [{ message: 'Invalid API key', status: 401 }, 'refused', 'secret key'],
    [
      { message: 'permission denied for function bootstrap_super_admin', code: '42501', status: 403 },
      'refused',
      'secret key',
    ],
    [
      { message: 'Password should be longer', code: 'weak_password', status: 422 },
      'password',
      'Password should be longer',
    ],
    [{ message: 'rate limit', status: 429 }, 'refused', 'Too many attempts'],
    [
      { message: 'This is not a valid e-mail address.', code: 'PT422', status: 422 },
      'refused',
      'not a valid e-mail',
    ],
  ] as const)('names the cause of %o', (error, reason, part) => {
    const failure = failureOf(error, 'Creating');
    expect(failure).toBeInstanceOf(CommandFailure);
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(part);
    expect(exitCodes[failure.reason]).toBeGreaterThan(0);
  });
});
