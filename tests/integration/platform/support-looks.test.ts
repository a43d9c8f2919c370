import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { dataApi } from '../../support/environment.ts';
import { call, createClinic, refusal } from '../../support/people.ts';
import { createSupportScene, listClients, type Look, recordLook, show } from './support-grants.ts';

/** Looking at clients with a grant: what is shown, and what the audit log says about it. */

const scene = await createSupportScene();
const { sql, admin, clinic, ash, birch, elm, openAsNewAdmin, looksOf, readsOf } = scene;
afterAll(() => sql.end());

describe('a look', () => {
  it('leaves one event that says who saw which clients of which clinic, looking for what and why', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    const page = await listClients(supporter, grant, { search: 'na_a' });
    expect(page).toMatchObject({ clients: [{ id: ash, last_name: 'Ash' }], next: null });
    const look = await call<Look>(supporter.client, 'admin_support_get_client', {
      ...{ support_grant_id: grant.id, client_id: birch },
    });
    expect(await show(supporter, look)).toEqual({
      clients: [
        {
          ...{ id: birch, first_name: 'Bo', last_name: 'Birch', email: 'anaxa@example.test', phone: null },
          ...{ created_at: expect.any(String), archived_at: null },
        },
      ],
      next: null,
    });
    const facts = {
      ...{ actor_id: supporter.userId, actor_role: 'super_admin', actor_email: supporter.email },
      ...{ tenant_id: clinic.id, reason: 'cannot find a patient' },
    };
    expect(await looksOf(grant)).toEqual([
      {
        ...facts,
        ...{
          action: 'support.clients_listed',
          target_type: 'support',
          target_id: grant.id,
          target_label: null,
        },
        details: { support_grant_id: grant.id, search: 'na_a', client_ids: [ash] },
      },
      {
        ...facts,
        ...{
          action: 'support.client_read',
          target_type: 'client',
          target_id: birch,
          target_label: 'Bo Birch',
        },
        details: { support_grant_id: grant.id },
      },
    ]);
    expect(await readsOf(grant)).toBe(2);
  });

  it('needs POST, because a GET could not leave an event', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    for (const path of [
      `rpc/admin_support_list_clients?support_grant_id=${grant.id}`,
      `rpc/admin_support_get_client?support_grant_id=${grant.id}&client_id=${ash}`,
    ]) {
      const answer = await dataApi('GET', path, { accessToken: supporter.accessToken });
      expect(answer.status).toBe(405);
      expect(JSON.stringify(answer.body)).not.toContain('Ash');
    }
    expect(await looksOf(grant)).toHaveLength(0);
  });

  it('that is refused or finds nothing leaves no event and is not counted', async () => {
    const { supporter, grant } = await openAsNewAdmin();
    for (const client_id of [elm, randomUUID()]) {
      const args = { support_grant_id: grant.id, client_id };
      expect(await refusal(supporter.client, 'admin_support_get_client', args)).toBe('404 client_not_found');
    }
    const nobodys = { support_grant_id: randomUUID() };
    expect(await refusal(supporter.client, 'admin_support_list_clients', nobodys)).toBe(
      '403 support_access_required',
    );
    expect(await looksOf(grant)).toHaveLength(0);
    expect(await readsOf(grant)).toBe(0);
  });

  it('shows 50 clients at most and goes on where the page ended', async () => {
    const { clinic: large } = await createClinic(admin);
    await sql`insert into public.clients (tenant_id, last_name) select ${large.id}, 'Same' from generate_series(1, 60)`;
    const { supporter, grant } = await openAsNewAdmin(large);
    const first = await listClients(supporter, grant, { page_size: 1000 });
    const second = await listClients(supporter, grant, first.next ?? {});
    expect([first.clients.length, second.clients.length, second.next]).toEqual([50, 10, null]);
    const shown = [first, second].map((page) => page.clients.map((client) => client.id));
    expect(new Set(shown.flat()).size).toBe(60);
    expect((await looksOf(grant)).map((event) => event.details.client_ids)).toEqual(shown);
  });

  it('shows those whom its event names, and nobody who came since', async () => {
    const { clinic: growing, owner } = await createClinic(admin);
    await scene.addClients(owner, [{ tenant_id: growing.id, last_name: 'Maple' }]);
    const { supporter, grant } = await openAsNewAdmin(growing);
    const look = await recordLook(supporter, grant);
    await scene.addClients(owner, [{ tenant_id: growing.id, last_name: 'Alder' }]);
    expect((await show(supporter, look)).clients.map((client) => client.last_name)).toEqual(['Maple']);
    const seenNow = await listClients(supporter, grant);
    expect(seenNow.clients.map((client) => client.last_name)).toEqual(['Alder', 'Maple']);
  });
});
