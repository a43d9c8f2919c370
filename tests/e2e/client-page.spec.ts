import { expect, test } from '@playwright/test';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { ClientPage } from './pages/client-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';

const { clinic, owner } = await createClinic(await createSuperAdmin());
const colleague = await addStaff(owner, clinic);

type Identifier = { kind: 'email' | 'phone'; raw: string; is_primary?: boolean };

/** A client as a colleague has entered it; answers the id. */
async function enter(details: Record<string, unknown>, identifiers: Identifier[] = []): Promise<string> {
  const saved = await call<{ id: string }>(colleague.client, 'save_client', {
    tenant_id: clinic.id,
    client_id: null,
    details,
    identifiers,
  });
  return saved.id;
}

test.beforeEach(async ({ page }) => {
  await new SignInPage(page).signIn(owner.email, owner.password);
});

test('a whole record is entered, shown, and found in the form again', async ({ page }) => {
  const id = await enter({ last_name: 'Marin' });
  const client = new ClientPage(page);
  await client.open(clinic.slug, id);
  await client.edit();
  await client.field('First name').fill('Ioana');
  await client.field('Phone').fill('0721 000 222');
  await client.dialog.getByRole('button', { name: 'Add another phone' }).click();
  await client.field('Phone 2').fill('+44 20 7946 0018');
  await client.field('Label of Phone 2').fill('work');
  await client.dialog.getByRole('radio', { name: 'Main phone: +44 20 7946 0018' }).check();
  await client.field('E-mail').fill('ioana.marin@example.test');
  await client.field('Date of birth').fill('3/4/1985');
  await expect(client.dialog.getByText('years old')).toBeVisible();
  await client.field('City').fill('Brașov');
  await client.field('Preferred channel').selectOption('Text message');
  await client.field('Agrees to reminders of appointments').check();
  await client.dialog.getByRole('button', { name: 'Choose tags' }).click();
  await page.getByRole('searchbox', { name: 'Find a tag' }).fill('Braces');
  await page.getByRole('button', { name: 'Create “Braces”' }).click();
  await expect(client.dialog.getByRole('button', { name: 'Remove tag Braces' })).toBeVisible();
  await page.keyboard.press('Escape');
  await client.save();
  await expect(client.dialog).toBeHidden();
  await expect(client.heading('Ioana Marin')).toBeVisible();
  const details = client.card('Details');
  for (const text of ['0721 000 222', '+44 20 7946 0018', 'work', 'Apr 3, 1985', 'Brașov', 'Text message'])
    await expect(details.getByText(text)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Call +44 20 7946 0018' })).toHaveAttribute(
    'href',
    'tel:+442079460018',
  );
  await client.edit();
  await expect(client.field('Date of birth')).toHaveValue('03/04/1985');
  await expect(client.field('Phone')).toHaveValue('+44 20 7946 0018');
  await expect(client.dialog.getByRole('button', { name: 'Remove tag Braces' })).toBeVisible();
});

test('a number of somebody else says whose it is, and can be shared', async ({ page }) => {
  await enter({ first_name: 'Dan', last_name: 'Tatu' }, [{ kind: 'phone', raw: '0731 222 333' }]);
  const id = await enter({ first_name: 'Mara', last_name: 'Tatu' });
  const client = new ClientPage(page);
  await client.open(clinic.slug, id);
  await client.edit();
  await client.field('Phone').fill('+40 731.222.333');
  await client.field('City').fill('Sibiu');
  await client.save();
  await expect(client.dialog.getByRole('link', { name: 'Dan Tatu', exact: true })).toBeVisible();
  await expect(client.field('City')).toHaveValue('Sibiu');
  await client.dialog.getByRole('button', { name: 'They share it: mark as shared with family' }).click();
  await client.save();
  await expect(client.dialog).toBeHidden();
  await expect(client.card('Details').getByText('Shared')).toBeVisible();
});

test('whoever saves second is told, and decides', async ({ page }) => {
  const id = await enter({ first_name: 'Ana', last_name: 'Veche', city: 'Arad' });
  const changed = (city: string) =>
    call(colleague.client, 'save_client', { tenant_id: clinic.id, client_id: id, details: { city } });
  const client = new ClientPage(page);
  await client.open(clinic.slug, id);
  await client.edit();
  await client.field('Last name').fill('Noua');
  await changed('Oradea');
  await client.save();
  await expect(client.dialog.getByText('Somebody else has saved changes')).toBeVisible();
  await expect(client.field('Last name')).toHaveValue('Noua');
  await client.dialog.getByRole('button', { name: 'Load the newer version' }).click();
  await expect(client.field('City')).toHaveValue('Oradea');
  await expect(client.field('Last name')).toHaveValue('Veche');
  await client.field('Last name').fill('Noua');
  await changed('Deva');
  await client.save();
  await client.dialog.getByRole('button', { name: 'Save mine anyway' }).click();
  await expect(client.dialog).toBeHidden();
  await expect(client.heading('Ana Noua')).toBeVisible();
  await expect(client.card('Details').getByText('Oradea')).toBeVisible();
});

test('the timeline tells what happened and by whom, and can be narrowed', async ({ page }) => {
  const id = await enter({ last_name: 'Cronos' });
  const note = { tenant_id: clinic.id, client_id: id, body: 'Allergic to penicillin', is_pinned: true };
  await colleague.client.from('client_notes').insert(note);
  const client = new ClientPage(page);
  await client.open(clinic.slug, id);
  await expect(client.card('Pinned notes').getByText('Allergic to penicillin')).toBeVisible();
  await client.goTo('Timeline');
  await expect(page).toHaveURL(/tab=timeline/);
  const timeline = client.card('Timeline');
  await expect(timeline.getByText('added the client')).toBeVisible();
  await expect(timeline.getByText('“Allergic to penicillin”')).toBeVisible();
  await page.getByRole('radio', { name: 'Notes' }).check();
  await expect(timeline.getByText('added the client')).toHaveCount(0);
  await expect(timeline.getByText('added a note')).toBeVisible();
  await page.goBack();
  await expect(client.card('Details')).toBeVisible();
});

test('a client is archived from its page, and that is undone', async ({ page }) => {
  const id = await enter({ first_name: 'Radu', last_name: 'Arhiva' });
  const client = new ClientPage(page);
  await client.open(clinic.slug, id);
  await client.choose('Archive');
  await expect(page.getByText('Archived clients are left out of lists and searches.')).toBeVisible();
  await page.locator('[data-sonner-toast]').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Archived clients are left out of lists and searches.')).toHaveCount(0);
});
