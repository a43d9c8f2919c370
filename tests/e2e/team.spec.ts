import { expect, test } from '@playwright/test';
import { addStaff, call, createClinic, createSuperAdmin } from '../support/people.ts';
import { AuditPage } from './pages/audit-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { TeamPage } from './pages/team-page.ts';

test('a member whom a restored clinic had no seat for comes back once a seat is free', async ({ page }) => {
  const admin = await createSuperAdmin();
  const { clinic, owner } = await createClinic(admin, 2);
  const staff = await addStaff(owner, clinic);
  await call(admin.client, 'admin_delete_tenant', { tenant_id: clinic.id, reason: 'Contract ended' });
  await call(admin.client, 'admin_set_seats', { tenant_id: clinic.id, max_seats: 1 });
  await call(admin.client, 'admin_restore_tenant', { tenant_id: clinic.id, reason: 'Contract renewed' });

  await new SignInPage(page).signIn(owner.email, owner.password);
  const team = new TeamPage(page);
  await team.open(clinic.slug);
  await expect(team.member(staff.email).getByText('Disabled', { exact: true })).toBeVisible();
  await expect(team.member(staff.email).getByText('No seat is free')).toBeVisible();
  await expect(team.restoreButton(staff.email)).toBeDisabled();

  await call(admin.client, 'admin_set_seats', { tenant_id: clinic.id, max_seats: 2 });
  await team.open(clinic.slug);
  await team.restore(staff.email, 'Back from leave');
  await expect(team.member(staff.email).getByText('Disabled', { exact: true })).toHaveCount(0);
  await expect(team.seats).toHaveText('Seats: 2 of 2 taken');

  const audit = new AuditPage(page);
  await audit.open(`/${clinic.slug}/audit?action=member.restored&actor=${owner.email}`);
  const restored = await audit.expand(`${owner.email} restored the member ${staff.email}`);
  await expect(restored.getByText('Back from leave')).toBeVisible();
});
