import { expect, test } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { invitationLink } from '../support/mail.ts';
import { call, createClinic, createSuperAdmin, invite, newEmail, newPassword } from '../support/people.ts';
import { InvitationPage } from './pages/invitation-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { TeamPage } from './pages/team-page.ts';

const sql = ownerConnection();
test.afterAll(() => sql.end());

test('every state of a link has its own words, and looking uses nothing up', async ({ page }) => {
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const email = newEmail('guest');
  const token = await invite(owner, clinic, email);
  const invitation = new InvitationPage(page);
  const expectHeading = async (text: string) => {
    await invitation.open(`/invite/${token}`);
    await expect(invitation.heading).toHaveText(text);
  };
  await expectHeading(`Join ${clinic.name}`);
  await expectHeading(`Join ${clinic.name}`);
  await sql`update public.invitations set expires_at = now() where email = ${email}`;
  await expectHeading('This invitation has expired');
  await sql`update public.invitations set expires_at = now() + interval '1 day' where email = ${email}`;
  const [row] = await sql`select id from public.invitations where email = ${email}`;
  await call(owner.client, 'revoke_invitation', { invitation_id: row?.id });
  await expectHeading('This invitation was withdrawn');
  await invitation.open('/invite/made-up');
  await expect(invitation.heading).toHaveText('This invitation is not known');
});

test('two people with one link: one joins, the other reads that it was already used', async ({ browser }) => {
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const token = await invite(owner, clinic, newEmail('twice'));
  const pages = await Promise.all(
    [1, 2].map(async () => new InvitationPage(await (await browser.newContext()).newPage())),
  );
  for (const page of pages) {
    await page.open(`/invite/${token}`);
    await page.fillIn({ firstName: 'Eva', lastName: 'Marin', password: newPassword() });
  }
  await Promise.all(pages.map((page) => page.join()));
  await expect(async () => {
    const joined = pages.filter(({ page }) => page.url().includes(clinic.slug)).length;
    const refused = await Promise.all(
      pages.map((page) => page.page.getByText('This invitation was already used').count()),
    );
    expect([joined, refused.filter(Boolean).length]).toEqual([1, 1]);
  }).toPass({ timeout: 15_000 });
});

test('somebody with an account accepts by signing in, and is told when signed in as somebody else', async ({
  page,
}) => {
  const admin = await createSuperAdmin();
  const { owner: guest, clinic: own } = await createClinic(admin);
  const { clinic, owner } = await createClinic(admin);
  const token = await invite(owner, clinic, guest.email);
  const invitation = new InvitationPage(page);

  await new SignInPage(page).signIn(owner.email, owner.password);
  await invitation.open(`/invite/${token}`);
  await expect(page.getByText(`but you are signed in as ${owner.email}`)).toBeVisible();
  await invitation.signOutButton.click();

  await expect(page.getByText('You already have an account')).toBeVisible();
  await invitation.signInAndAccept(guest.password);
  await expect(page).toHaveURL(new RegExp(clinic.slug));
  await expect(
    page.getByRole('button', { name: new RegExp(`^Switch clinic. Current: ${clinic.name}`) }),
  ).toBeVisible();
  await page.goto(`/${own.slug}/clients`);
  await expect(page.getByText('No clients yet')).toBeVisible();
});

test('an invitation is mailed, waits before it is mailed again, and can be withdrawn', async ({ page }) => {
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const email = newEmail('waiting');
  await new SignInPage(page).signIn(owner.email, owner.password);
  const team = new TeamPage(page);
  await team.open(clinic.slug);
  await team.inviteByMail(email);
  const first = await invitationLink(email);
  await expect(team.invitation(email).getByRole('button', { name: /^Resend in \d+ s$/ })).toBeDisabled();

  await sql`update public.invitations set delivered_at = now() - interval '2 minutes' where email = ${email}`;
  await page.reload();
  await team.resend(email);
  await expect(async () => expect(await invitationLink(email)).not.toBe(first)).toPass();
  await new InvitationPage(page).open(first);
  await expect(new InvitationPage(page).heading).toHaveText('This invitation is not known');

  await team.open(clinic.slug);
  await team.withdraw(email);
  await expect(team.seats).toHaveText('Seats: 1 of 20 taken');
});
