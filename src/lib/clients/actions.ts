import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { addClient, changeClient, clientKeys } from './queries.ts';
import type { Client, ClientForm } from './schemas.ts';

/** Saves the client form: a change of `client`, or a new client where there is none. Throws what went wrong. */
export async function saveClient(
  queries: QueryClient,
  input: { tenantId: string; client?: Client; values: ClientForm },
): Promise<Client> {
  const { tenantId, client, values } = input;
  const saved = await perform(queries, [clientKeys.list(tenantId)], () =>
    client ? changeClient({ tenantId, clientId: client.id, values }) : addClient({ tenantId, values }),
  );
  queries.setQueryData(clientKeys.one(tenantId, saved.id), saved);
  const name = displayName(saved);
  confirmDone(client ? m.client_saved({ name }) : m.client_added({ name }));
  return saved;
}
