import { expect, test } from '@playwright/test';
import { breakMailTo } from '../integration/functions/mail.ts';
import { ownerConnection } from '../support/environment.ts';
import { confirmationLink, invitationLink } from '../support/mail.ts';
import { call, createClinic, createSuperAdmin, invite, newEmail, newPassword } from '../support/people.ts';
import { InvitationPage } from './pages/invitation-page.ts';
import { PasswordPages } from './pages/password-pages.ts';
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
  const closed = await createClinic(await createSuperAdmin());
  const refused = await invite(closed.owner, closed.clinic, newEmail('late'));
  await sql`update public.tenants set status = 'suspended', status_reason = 'test', status_changed_at = now() where id = ${closed.clinic.id}`;
  await invitation.open(`/invite/${refused}`);
  await expect(invitation.heading).toHaveText('This invitation cannot be accepted right now');
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

test('somebody who is signed in already accepts with one button', async ({ page }) => {
  const admin = await createSuperAdmin();
  const { owner: guest } = await createClinic(admin);
  const { clinic, owner } = await createClinic(admin);
  const token = await invite(owner, clinic, guest.email);
  await new SignInPage(page).signIn(guest.email, guest.password);
  const invitation = new InvitationPage(page);
  await invitation.open(`/invite/${token}`);
  await invitation.acceptButton.click();
  await expect(page).toHaveURL(new RegExp(`/${clinic.slug}$`));
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

test('a mail that could not be sent is shown with its reason, and sent on the next try', async ({ page }) => {
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const email = newEmail('bounced');
  await breakMailTo(email, { status: 403, message: 'The example.com domain is not verified.' });
  await new SignInPage(page).signIn(owner.email, owner.password);
  const team = new TeamPage(page);
  await team.open(clinic.slug);
  await team.invite(email);
  await expect(team.dialog.getByText(`The e-mail to ${email} could not be sent.`)).toBeVisible();
  await expect(team.dialog.getByText('domain is not verified')).toBeVisible();
  await team.dialog.getByRole('button', { name: 'Send again' }).click();
  await expect(team.dialog.getByText(`The e-mail to ${email} was sent.`)).toBeVisible();
  await invitationLink(email);
});

test('an owner sees the invitation of another owner, but leaves it to the platform', async ({ page }) => {
  const admin = await createSuperAdmin();
  const { clinic, owner } = await createClinic(admin);
  const email = newEmail('partner');
  await call(admin.client, 'admin_invite', { tenant_id: clinic.id, email, role: 'owner' });
  await new SignInPage(page).signIn(owner.email, owner.password);
  const team = new TeamPage(page);
  await team.open(clinic.slug);
  await expect(team.invitation(email)).toBeVisible();
  await expect(team.invitation(email).getByRole('button')).toHaveCount(0);
});

test('a link that was handed over proves no address: its password is chosen after confirming', async ({
  page,
}) => {
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const email = newEmail('handed');
  const token = await invite(owner, clinic, email);
  await sql`update public.invitations set revealed = true where email = ${email}`;
  const invitation = new InvitationPage(page);
  await page.clock.install();
  await invitation.open(`/invite/${token}`);
  await expect(page.getByText('You choose your password after confirming')).toBeVisible();
  await invitation.fillIn({ firstName: 'Dan', lastName: 'Luca' });
  await invitation.join();
  await expect(invitation.heading).toHaveText('Confirm your e-mail address');
  await expect(page.getByRole('button', { name: /^Send it again in \d+ s$/ })).toBeDisabled();

  // The page's own clock runs ahead; the service still counts the seconds.
  await page.clock.fastForward('01:05');
  const sendAgain = page.getByRole('button', { name: 'Send it again' });
  await sendAgain.click();
  await expect(page.getByRole('alert')).toContainText('It was sent a moment ago');
  await sql`update auth.users set confirmation_sent_at = now() - interval '2 minutes' where email = ${email}`;
  await sendAgain.click();
  await expect(page.getByText('The mail was sent again.')).toBeVisible();

  const passwords = new PasswordPages(page);
  await passwords.followLink(await confirmationLink(email, 'email'));
  await expect(page.getByText('Your address is confirmed.')).toBeVisible();
  await passwords.chooseNewPassword(newPassword());
  await expect(page).toHaveURL(new RegExp(clinic.slug));
});
