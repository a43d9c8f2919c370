import { expect, test, type Page } from '@playwright/test';
import { ownerConnection } from '../support/environment.ts';
import { linkFromJobs, OFFER_LINK, VISIT_LINK } from '../support/jobs.ts';
import { call, createClinic, createSuperAdmin, newEmail } from '../support/people.ts';
import { SignInPage } from './pages/sign-in-page.ts';

/** What clients do with the links they get by e-mail, signed in nowhere: with and without the page's programs. */

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const tenant_id = clinic.id;
const sql = ownerConnection();
test.afterAll(() => sql.end());

// Mail goes out at any hour here, and clients are reminded two days before.
await sql`
  update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00' where tenant_id = ${tenant_id}`;
await call(owner.client, 'save_reminder_rule', {
  ...{ tenant_id, rule_id: null },
  fields: { channel: 'email', minutes_before: 2880 },
});
const service = await call<{ id: string }>(owner.client, 'save_service', {
  ...{ tenant_id, service_id: null },
  fields: { name: 'Check-up', duration_minutes: 30 },
});

let days = 4;

/** A client with an appointment on a day of its own, and nobody else's provider. */
async function newVisit(): Promise<{ id: string; email: string; provider_id: string; client_id: string }> {
  const email = newEmail('client');
  const insert = async (table: string, row: Record<string, unknown>): Promise<string> => {
    const { data } = await owner.client
      .from(table)
      .insert({ tenant_id, ...row })
      .select('id')
      .single<{ id: string }>();
    return data?.id ?? '';
  };
  const client_id = await insert('clients', {
    ...{ first_name: 'Ana', last_name: email, email },
    consent_reminders: true,
  });
  const provider_id = await insert('providers', { name: `Dr. ${email.split('@')[0]}` });
  days += 1;
  const starts_at = new Date(Date.now() + days * 86_400_000);
  const { id } = await call<{ id: string }>(owner.client, 'book_appointment', {
    tenant_id,
    fields: {
      ...{ client_id, provider_id, service_id: service.id },
      ...{ starts_at, ends_at: new Date(starts_at.getTime() + 1_800_000) },
    },
    outside_hours: true,
  });
  return { id, email, provider_id, client_id };
}

async function openReminder(page: Page, visit: { id: string; email: string }): Promise<void> {
  await call(owner.client, 'send_reminder_now', { tenant_id, appointment_id: visit.id });
  await page.goto(await linkFromJobs(visit.email, VISIT_LINK));
}

async function statusOf(id: string): Promise<string | undefined> {
  const { data } = await owner.client
    .from('appointments')
    .select('status')
    .eq('id', id)
    .single<{ status: string }>();
  return data?.status;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'a reminder' : 'a reminder, without programs', () => {
    test.use({ javaScriptEnabled });

    test('is confirmed, then cancelled after a question', async ({ page }) => {
      const visit = await newVisit();
      await openReminder(page, visit);
      await expect(page.getByTestId('visit-facts')).toContainText('Check-up');
      expect(await statusOf(visit.id), 'looking changes nothing').toBe('booked');
      await page.getByTestId('confirm').click();
      await expect(page.getByText('You have confirmed')).toBeVisible();
      expect(await statusOf(visit.id)).toBe('confirmed');
      await page.getByTestId('cancel-ask').locator('summary').click();
      await page.getByTestId('cancel').click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('The appointment is cancelled');
      expect(await statusOf(visit.id)).toBe('cancelled');
    });
  });
}

test('a link that is opened where a member is signed in is answered by the client all the same', async ({
  page,
}) => {
  const visit = await newVisit();
  await new SignInPage(page).signIn(owner.email, owner.password);
  await openReminder(page, visit);
  await page.getByTestId('confirm').click();
  await expect(page.getByText('You have confirmed')).toBeVisible();
  const { data } = await owner.client
    .from('appointments')
    .select('status, status_changed_by')
    .eq('id', visit.id)
    .single();
  expect(data).toEqual({ status: 'confirmed', status_changed_by: null });
});

test('a link that nobody sent leads nowhere, and a moved appointment says so', async ({ page }) => {
  await page.goto(`/visit/${'x'.repeat(43)}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link does not work');
  const visit = await newVisit();
  await openReminder(page, visit);
  const { data } = await owner.client
    .from('appointments')
    .select('starts_at, ends_at')
    .eq('id', visit.id)
    .single<{ starts_at: string; ends_at: string }>();
  const later = (time = '') => new Date(Date.parse(time) + 3_600_000);
  await call(owner.client, 'change_appointment', {
    ...{ tenant_id, appointment_id: visit.id, outside_hours: true },
    fields: { starts_at: later(data?.starts_at), ends_at: later(data?.ends_at) },
  });
  await page.getByTestId('confirm').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This appointment was moved');
  expect(await statusOf(visit.id)).toBe('booked');
});

test('a time that was cancelled is offered to who waits, and booked by the link', async ({ page }) => {
  const visit = await newVisit();
  const email = newEmail('waiting');
  const { data: client } = await owner.client
    .from('clients')
    .insert({ tenant_id, first_name: 'Ion', last_name: 'Waiting', email, consent_reminders: true })
    .select('id')
    .single<{ id: string }>();
  await sql`
    insert into public.service_providers (tenant_id, service_id, provider_id) values (${tenant_id}, ${service.id}, ${visit.provider_id})`;
  // Open round the clock: the time of the test is as it is.
  await sql`
    insert into public.working_hours (tenant_id, provider_id, weekday, opens, closes)
    select ${tenant_id}, ${visit.provider_id}, d, '00:00', '24:00' from generate_series(1, 7) d`;
  await call(owner.client, 'save_waitlist_entry', {
    ...{ tenant_id, entry_id: null },
    fields: { client_id: client?.id, service_id: service.id },
  });
  await call(owner.client, 'set_appointment_status', {
    ...{ tenant_id, appointment_id: visit.id, status: 'cancelled' },
  });
  await page.goto(await linkFromJobs(email, OFFER_LINK));
  await expect(page.getByTestId('offer-facts')).toContainText('Check-up');
  await page.getByTestId('claim').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your appointment is booked');
  const { data: booked } = await owner.client
    .from('appointments')
    .select('status, provider_id')
    .eq('client_id', client?.id ?? '');
  expect(booked).toEqual([{ status: 'confirmed', provider_id: visit.provider_id }]);
  // What becomes of it later.
  await sql`
    update public.appointments set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'
    where tenant_id = ${tenant_id} and client_id = ${client?.id ?? ''}`;
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This appointment was moved');
  await expect(page.getByTestId('offer-facts')).toContainText('Check-up');
});
