// POST { action: 'test' | 'save', tenant_id, account_id?, settings, password? } by an owner of the clinic: tries the servers
// of a mailbox out and answers { ok, imap: { ok, code, message }, smtp }; `save` keeps what worked and adds { account }.
import { withSupabase } from '@supabase/server';
import { z } from 'zod';
import { decryptSecret, encryptSecret, readKeyRing } from '../_shared/credentials/key-ring.ts';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { AppError } from '../_shared/errors/app-error.ts';
import { mayReachLoopback, resolvePublicHost } from '../_shared/http/address-guard.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readInput } from '../_shared/http/input.ts';
import { resolveNames } from '../_shared/http/resolve-names.ts';
import {
  checkedAccount,
  mailAccount,
  mailAccountInput,
  storedServers,
} from '../_shared/inbox/accounts/mail-account.ts';
import { tryImap, trySmtp } from '../_shared/inbox/accounts/try-servers.ts';
import { createLog } from '../_shared/logging/log.ts';

const name = 'mail-account';
const read = (key: string) => Deno.env.get(key);
const guard = { resolve: resolveNames, allowLoopback: mayReachLoopback(read) };
const credential = z.object({ kid: z.string(), iv: z.string(), ciphertext: z.string() });

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin, userClaims }) => {
    const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
    const log = createLog({ function: name, request_id: requestId });
    const { tenant_id, ...input } = await readInput(request, mailAccountInput);
    const ring = readKeyRing(read('CREDENTIAL_KEYS'));
    const names = (ownerId: string) =>
      ({ tenantId: tenant_id, ownerTable: 'mail_accounts', ownerId, field: 'password' }) as const;
    // The service role, because no person may read a password or store one that was not tried out here. Asked only after
    // the database has told the person that the clinic is theirs.
    const call = async (rpc: string, values: Record<string, unknown>): Promise<unknown> => {
      const asked = supabaseAdmin.rpc(rpc, values).setHeader('x-request-id', requestId);
      // Not the person's browser: the API refuses a secret key beside the user agent of one.
      const address = request.headers.get('x-forwarded-for');
      if (address) asked.setHeader('x-forwarded-for', address);
      const { data, error } = await asked;
      if (error) throw fromDatabaseError(error);
      return data;
    };

    const answer = await mailAccount(
      { tenant_id, ...input },
      {
        check: async (settings) => {
          const values = { tenant_id, account_id: input.account_id ?? null, settings };
          const { data, error } = await supabase.rpc('check_mail_account', values);
          if (error) throw fromDatabaseError(error);
          return checkedAccount.parse(data);
        },
        stored: async (id) => {
          const columns = 'username, imap_host, imap_port, smtp_host, smtp_port';
          const asked = supabase
            .from('mail_accounts')
            .select(columns)
            .eq('tenant_id', tenant_id)
            .eq('id', id);
          const { data, error } = await asked.maybeSingle();
          if (error) throw fromDatabaseError(error);
          return storedServers.parse(data);
        },
        readPassword: async (id) => {
          const place = { tenant_id, owner_table: 'mail_accounts', owner_id: id, field: 'password' };
          const found = credential.nullable().parse(await call('read_credential', place));
          if (!found) throw new AppError(422, 'password_required', 'Enter the password of the mailbox.');
          return decryptSecret(ring, names(id), found);
        },
        newId: () => crypto.randomUUID(),
        login: async (protocol, { host, ...login }) => {
          const checkedHost = await resolvePublicHost(host, guard);
          await (protocol === 'imap' ? tryImap : trySmtp)({ host: checkedHost, ...login });
        },
        store: async (id, settings, password) =>
          call('store_mail_account', {
            ...{ actor_id: userClaims?.id, tenant_id, account_id: id, settings },
            credential: password === null ? null : await encryptSecret(ring, names(id), password),
          }),
      },
    );
    const { imap, smtp } = answer;
    log.info('mail_account_tried', { action: input.action, tenant_id, imap: imap.code, smtp: smtp.code });
    return Response.json(answer);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl: read('APP_URL') }, handler) };
