import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { fillDay } from '../support/busy-day.ts';
import { addMailbox, bringMail } from '../support/brought-mail.ts';
import { addStaff, call, createClinic, createSuperAdmin, invite, newEmail } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { watch } from './pages/watched-page.ts';

/** Every page, light and dark, at desk and at phone width: accessible, nothing sticks out, nothing is blocked or thrown. */

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const busy = await fillDay(clinic, owner, staff);
await call(owner.client, 'invite_member', { tenant_id: clinic.id, email: newEmail('open') });
await owner.client.from('clients').insert(
  ['Popescu', 'Constantinescu-Brâncoveanu', 'Li'].map((last_name, index) => ({
    tenant_id: clinic.id,
    last_name,
    first_name: 'Ana',
    email: newEmail('client'),
    phone: `+40 721 000 11${index}`,
  })),
);
const { data: client } = await owner.client.from('clients').select('id').limit(1).single<{ id: string }>();
const about = { tenant_id: clinic.id, client_id: client?.id };
await owner.client.from('client_notes').insert({ ...about, body: 'Allergic to penicillin', is_pinned: true });
await call(owner.client, 'save_task', {
  tenant_id: clinic.id,
  task_id: null,
  fields: { title: 'Send the plan', due_on: '2026-01-02', priority: 'high', client_id: client?.id },
});
await owner.client.from('tags').insert({ tenant_id: clinic.id, name: 'Implant', colour: 'teal' });
await owner.client.from('saved_views').insert(
  ['Waiting for an implant', 'Nobody has called', 'Without a number'].map((name) => ({
    ...{ tenant_id: clinic.id, page: 'clients', filter: { filter: { has_phone: false } } },
    name,
  })),
);
const mailbox = await addMailbox(clinic.id);
const mail = await bringMail(mailbox, {
  subject: 'Could we move the appointment to the afternoon? I have to work until two on Thursday',
  html: '<p>Dear all, could we move the <b>appointment</b>?</p>',
  files: [{ name: 'letter-of-the-insurance.pdf', type: 'application/pdf', size: 120_000 }],
});
await bringMail(mailbox, { subject: '', from: { name: '', address: 'newsletter@example.test' } });
await call(staff.client, 'update_conversations', {
  tenant_id: clinic.id,
  conversation_ids: [mail.conversationId],
  changes: { assignee_id: owner.userId, client_id: client?.id },
});
await call(staff.client, 'save_conversation_note', {
  tenant_id: clinic.id,
  conversation_id: mail.conversationId,
  note_id: null,
  body: 'No mornings, please',
});
const draft = await call<{ id: string }>(owner.client, 'start_draft', {
  tenant_id: clinic.id,
  kind: 'new',
  account_id: mailbox.id,
});
await call(owner.client, 'save_canned_reply', {
  tenant_id: clinic.id,
  reply_id: null,
  fields: { title: 'Prices', body: 'Dear {{client.first_name}}', shortcut: 'prices' },
});
const token = await invite(owner, clinic, newEmail('guest'));

const grant = await call<{ id: string }>(admin.client, 'admin_open_support_access', {
  tenant_id: clinic.id,
  reason: 'A client is missing from the list',
  minutes: 60,
});

const forVisitors = [
  '/sign-in',
  '/forgot-password',
  `/invite/${token}`,
  '/invite/unknown',
  '/auth/confirm?token_hash=x&type=recovery',
  ...[busy.offerToken, 'unknown'].map((each) => `/offer/${each}`),
  ...[busy.visitToken, 'unknown'].map((each) => `/visit/${each}`),
];
const forOwners = [
  `/${clinic.slug}`,
  `/${clinic.slug}/clients`,
  `/${clinic.slug}/clients?q=nothing-like-this`,
  `/${clinic.slug}/clients/${client?.id}`,
  ...['timeline', 'notes', 'files', 'tasks'].map((tab) => `/${clinic.slug}/clients/${client?.id}?tab=${tab}`),
  `/${clinic.slug}/clients/duplicates`,
  `/${clinic.slug}/clients/merge?keep=${client?.id}`,
  `/${clinic.slug}/clients/import`,
  `/${clinic.slug}/tasks?list=all`,
  `/${clinic.slug}/tasks?list=all&view=board`,
  `/${clinic.slug}/catalogue`,
  `/${clinic.slug}/catalogue?part=providers`,
  `/${clinic.slug}/catalogue/hours`,
  `/${clinic.slug}/team`,
  `/${clinic.slug}/audit`,
  `/${clinic.slug}/audit?period=custom&q=nothing-like-this`,
  `/${clinic.slug}/settings`,
  '/profile',
  '/admin',
  '/nowhere/clients',
];
const [pop, zamfir] = busy.providers;
const ofSchedule = [
  // More providers than fit side by side have a row each.
  `/${clinic.slug}/calendar?cancelled=yes`,
  `/${clinic.slug}/calendar?cancelled=yes&providers=${pop},${zamfir}`,
  ...['day', 'columns', 'month'].map((view) => `/${clinic.slug}/calendar?view=${view}&cancelled=yes`),
  `/${clinic.slug}/calendar?view=columns&by=provider`,
  `/${clinic.slug}/calendar/board`,
  `/${clinic.slug}/calendar/waitlist`,
  `/${clinic.slug}/clients/${busy.clientId}?tab=appointments`,
  `/${clinic.slug}/settings/reminders`,
  `/${clinic.slug}/settings/calendar-feeds`,
  `/${clinic.slug}/settings/mail`,
  `/${clinic.slug}/settings/ai-keys`,
];
const ofInbox = [
  `/${clinic.slug}/inbox`,
  `/${clinic.slug}/inbox/${mail.conversationId}`,
  `/${clinic.slug}/inbox?list=snoozed`,
  `/${clinic.slug}/inbox?list=drafts`,
  `/${clinic.slug}/inbox?draft=${draft.id}`,
  `/${clinic.slug}/clients/${client?.id}?tab=conversations`,
  `/${clinic.slug}/settings/replies`,
];
const forAdmins = [
  '/admin',
  '/admin/clinics',
  `/admin/clinics/${clinic.id}`,
  '/admin/users',
  `/admin/users/${owner.userId}`,
  '/admin/states',
  '/no-access',
  '/admin/audit',
  `/admin/audit?clinic=${clinic.id}&action=member.`,
  `/admin/support/${grant.id}`,
  `/admin/support/${grant.id}/clients/${client?.id}`,
];

/**
 * Puts what the arrow keys lead to into the order of Tab: of other controls axe does not judge the size. Not in the grid
 * of hours, where height is time.
 */
async function showArrowStops(page: Page): Promise<void> {
  await page.locator('[data-column] button').evaluateAll((buttons: HTMLElement[]) => {
    for (const button of buttons) button.tabIndex = 0;
  });
}

/** Controls that stick out at the side, but for those in something that scrolls sideways: a page may cut off what is too wide. */
function controlsOutOfSight(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const cut = [...document.querySelectorAll('main :is(a, button, input, select, textarea)')].filter(
      (element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 1 && right > clientWidth + 1 && !scrolls(element.parentElement);
      },
    );
    return [
      ...(scrollWidth > clientWidth ? ['the page'] : []),
      ...cut.map((element) => element.outerHTML.slice(0, 80)),
    ];
  });
}

/** What axe finds wrong with a page as it is now. */
async function violations(page: Page, axe: (builder: AxeBuilder) => AxeBuilder): Promise<string[]> {
  // Nothing runs within an e-mail, axe no more than anything else.
  const { violations: found } = await axe(new AxeBuilder({ page }).exclude('iframe[sandbox]')).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** Colours are all that is different in the dark, so the page need not be loaded anew; they change in a moment, not at once. */
async function darken(page: Page): Promise<void> {
  await page.evaluate(async () => {
    document.documentElement.classList.add('dark');
    await new Promise(requestAnimationFrame);
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

for (const width of [1440, 390]) {
  test.describe(`${width} px`, () => {
    test.use({ colorScheme: 'light', viewport: { width, height: 900 } });

    for (const [who, person, paths] of [
      ['a visitor', null, forVisitors],
      ['an owner', owner, forOwners],
      ['an owner, around the calendar', owner, ofSchedule],
      ['an owner, around the inbox', owner, ofInbox],
      ['a super-admin', admin, forAdmins],
    ] as const) {
      test(`pages of ${who}`, async ({ page }) => {
        // Two dozen pages, each looked over twice.
        test.setTimeout(300_000);
        const { complaints } = watch(page);
        if (person) await new SignInPage(page).signIn(person.email, person.password);
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.goto(paths[0] ?? '/');
        await expect(page.locator('html'), 'follows the system').toHaveClass(/dark/);
        await page.emulateMedia({ colorScheme: 'light' });
        for (const path of paths) {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
          expect.soft(await controlsOutOfSight(page), `${path} is wider than the screen`).toEqual([]);
          await showArrowStops(page);
          const inLight = await violations(page, (axe) =>
            axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']),
          );
          expect.soft(inLight, `${path}, light`).toEqual([]);
          await darken(page);
          const inDark = await violations(page, (axe) => axe.withRules(['color-contrast']));
          expect.soft(inDark, `${path}, dark`).toEqual([]);
        }
        expect(complaints).toEqual([]);
      });
    }
  });
}
