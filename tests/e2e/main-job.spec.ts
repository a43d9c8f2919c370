import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { newEmail, newPassword } from '../support/people.ts';
import { invitationLink } from '../support/mail.ts';
import { AppFrame } from './pages/app-frame.ts';
import { ClientsPage } from './pages/clients-page.ts';
import { InvitationPage } from './pages/invitation-page.ts';
import { NoAccessPage } from './pages/no-access-page.ts';
import { PlatformPages } from './pages/platform-pages.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { TeamPage } from './pages/team-page.ts';

/** From an empty platform to two clinics that cannot see each other, as the people themselves do it. */

/** `npm run admin:create`, as whoever sets up a platform runs it. */
function adminCreate(email: string, password: string): void {
  const script = path.resolve(import.meta.dirname, '../../scripts/admin-create.ts');
  const done = spawnSync(
    'node',
    [script, '--email', email, '--first-name', 'Root', '--last-name', 'Admin', '--password-stdin'],
    {
      input: `${password}\n`,
      encoding: 'utf8',
    },
  );
  expect(done.stderr + done.stdout).toContain(email);
  expect(done.status).toBe(0);
}

/** A browser of somebody's own, with its own cookies. */
async function newBrowser(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

async function joinAs(
  page: Page,
  email: string,
  name: { firstName: string; lastName: string },
  password: string,
): Promise<void> {
  const invitation = new InvitationPage(page);
  await invitation.open(await invitationLink(email));
  await expect(invitation.email).toHaveValue(email);
  await invitation.fillIn({ ...name, password });
  await invitation.join();
  await expect(page).not.toHaveURL(/\/invite\//);
}

test('the main job: two clinics, their people, and the end of access', async ({ browser }) => {
  test.setTimeout(180_000);
  const stamp = Date.now().toString(36);
  const [adminEmail, ownerEmail, colleagueEmail, otherEmail] = ['root', 'ana', 'mihai', 'oliver'].map(
    newEmail,
  ) as [string, string, string, string];
  const password = newPassword();

  const adminPage = await newBrowser(browser);
  const platform = new PlatformPages(adminPage);
  await test.step('admin:create makes the first super-admin, who signs in', async () => {
    adminCreate(adminEmail, password);
    await new SignInPage(adminPage).signIn(adminEmail, password);
    await expect(adminPage).toHaveURL(/\/admin/);
  });

  await test.step('the super-admin creates two clinics', async () => {
    for (const [name, email] of [
      [`Bright ${stamp}`, ownerEmail],
      [`Harbour ${stamp}`, otherEmail],
    ] as const) {
      await platform.open();
      await platform.createClinic({
        name,
        ownerEmail: email,
        slug: name.toLowerCase().replace(' ', '-'),
        seats: 5,
      });
      await expect(platform.dialog.getByText(`The e-mail to ${email} was sent.`)).toBeVisible();
      await platform.closeDialog();
    }
  });

  const ownerPage = await newBrowser(browser);
  await test.step('the owner accepts and invites a colleague', async () => {
    await joinAs(ownerPage, ownerEmail, { firstName: 'Ana', lastName: 'Pop' }, password);
    await expect(ownerPage).toHaveURL(new RegExp(`/bright-${stamp}`));
    const team = new TeamPage(ownerPage);
    await team.open(`bright-${stamp}`);
    await expect(team.seats).toHaveText('Seats: 1 of 5 taken');
    await team.inviteByMail(colleagueEmail);
    await expect(team.invitation(colleagueEmail)).toBeVisible();
    await expect(team.seats).toHaveText('Seats: 2 of 5 taken');
  });

  const colleaguePage = await newBrowser(browser);
  const colleagueClients = new ClientsPage(colleaguePage);
  await test.step('the colleague accepts, and both see the same client', async () => {
    await joinAs(colleaguePage, colleagueEmail, { firstName: 'Mihai', lastName: 'Rus' }, password);
    await colleagueClients.open(`bright-${stamp}`);
    await colleagueClients.add({
      firstName: 'Ioana',
      lastName: 'Țurcanu',
      email: 'ioana@example.test',
      phone: '+40 721 000 111',
    });
    const ownerClients = new ClientsPage(ownerPage);
    await ownerClients.open(`bright-${stamp}`);
    await expect(ownerClients.client('Ioana Țurcanu')).toBeVisible();
  });

  await test.step('the second clinic sees none of it', async () => {
    const otherPage = await newBrowser(browser);
    await joinAs(otherPage, otherEmail, { firstName: 'Oliver', lastName: 'Hale' }, password);
    const clients = new ClientsPage(otherPage);
    await clients.open(`harbour-${stamp}`);
    await expect(clients.emptyText).toBeVisible();
    await otherPage.goto(`/bright-${stamp}/clients`);
    await expect(new NoAccessPage(otherPage).notFound).toBeVisible();
  });

  await test.step('staff do not see the team', async () => {
    await expect(new AppFrame(colleaguePage).navigation.getByRole('link', { name: 'Team' })).toHaveCount(0);
    await colleaguePage.goto(`/bright-${stamp}/team`);
    await expect(new NoAccessPage(colleaguePage).forbidden).toBeVisible();
  });

  await test.step('suspending the clinic cuts the open session on its next request', async () => {
    await colleagueClients.open(`bright-${stamp}`);
    await platform.open();
    await platform.openClinic(`Bright ${stamp}`);
    await platform.suspend(`Bright ${stamp}`, 'Invoice unpaid');
    await colleagueClients.client('Ioana Țurcanu').click();
    await expect(new NoAccessPage(colleaguePage).clinicSuspended).toBeVisible();
    await ownerPage.reload();
    await expect(new NoAccessPage(ownerPage).clinicSuspended).toBeVisible();
    await platform.resume(`Bright ${stamp}`, 'Invoice paid');
    await colleagueClients.open(`bright-${stamp}`);
    await expect(colleagueClients.client('Ioana Țurcanu')).toBeVisible();
  });

  await test.step('so does removing the colleague', async () => {
    const team = new TeamPage(ownerPage);
    await team.open(`bright-${stamp}`);
    await team.remove(colleagueEmail);
    await expect(team.seats).toHaveText('Seats: 1 of 5 taken');
    await colleagueClients.client('Ioana Țurcanu').click();
    await expect(new NoAccessPage(colleaguePage).removed).toBeVisible();
  });
});
