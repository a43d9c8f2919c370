import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { fromClientForm, type ClientForm } from './form.ts';
import { addTag, archiveClients, clientKeys, tagClients, writeClient } from './queries.ts';
import type { Client, ClientRow, Tag } from './schemas.ts';

/** What many clients at once, and one alone, are told apart by. */
export type ClientInHand = Pick<
  ClientRow,
  'id' | 'first_name' | 'last_name' | 'email' | 'archived_at' | 'tags'
>;

/**
 * Saves the client form: a change of `client`, or a new client where there is none. Throws what went wrong. Tags are
 * a second step: when only they fail, the client is saved and a message offers to try them again.
 */
export async function saveClient(
  queries: QueryClient,
  input: { tenantId: string; client?: Client | undefined; form: ClientForm; seenUpdatedAt: string | null },
): Promise<Client> {
  const { tenantId, client, form, seenUpdatedAt } = input;
  const saved = await perform(queries, [], () =>
    writeClient({ tenantId, clientId: client?.id ?? null, ...fromClientForm(form), seenUpdatedAt }),
  );
  const had = (client?.tags ?? []).map(({ id }) => id);
  await changeTags(queries, {
    tenantId,
    clientIds: [saved.id],
    add: form.tags.filter((id) => !had.includes(id)),
    remove: had.filter((id) => !form.tags.includes(id)),
  });
  await queries.invalidateQueries({ queryKey: clientKeys.all(tenantId) });
  const name = displayName(saved);
  confirmDone(client ? m.client_saved({ name }) : m.client_added({ name }));
  return saved;
}

type Tagging = { tenantId: string; clientIds: string[]; add?: string[]; remove?: string[] };

async function changeTags(queries: QueryClient, tagging: Tagging): Promise<boolean> {
  if (!tagging.add?.length && !tagging.remove?.length) return true;
  try {
    await perform(queries, [clientKeys.all(tagging.tenantId)], () => tagClients(tagging));
    return true;
  } catch (error) {
    handleError(error, { retry: () => void changeTags(queries, tagging) });
    return false;
  }
}

/**
 * Archives clients or brings them back, and offers to undo it. Those already so are left alone, by the undo as well.
 * True when it worked.
 */
export async function archive(
  queries: QueryClient,
  tenantId: string,
  clients: ClientInHand[],
  isArchiving: boolean,
): Promise<boolean> {
  const concerned = clients.filter(({ archived_at }) => (archived_at === null) === isArchiving);
  const clientIds = concerned.map(({ id }) => id);
  const write = (archiving: boolean) =>
    perform(queries, [clientKeys.all(tenantId)], () =>
      archiveClients({ tenantId, clientIds, archive: archiving }),
    );
  try {
    const count = await write(isArchiving);
    const [only] = concerned;
    const name = only && count === 1 ? displayName(only) : null;
    const done = isArchiving
      ? name === null
        ? m.clients_archived({ count })
        : m.client_archived({ name })
      : name === null
        ? m.clients_restored({ count })
        : m.client_restored({ name });
    confirmDone(done, () => void write(!isArchiving).catch(handleError));
    return true;
  } catch (error) {
    handleError(error, { retry: () => void archive(queries, tenantId, clients, isArchiving) });
    return false;
  }
}

/** Gives a tag to all of these clients or takes it from them, and offers to undo it where it changed something. */
export async function setTag(
  queries: QueryClient,
  tenantId: string,
  clients: ClientInHand[],
  tag: Tag,
  isGiven: boolean,
): Promise<void> {
  const clientIds = clients
    .filter(({ tags }) => tags.some(({ id }) => id === tag.id) !== isGiven)
    .map(({ id }) => id);
  const write = (given: boolean) =>
    changeTags(queries, { tenantId, clientIds, [given ? 'add' : 'remove']: [tag.id] });
  if (clientIds.length === 0 || !(await write(isGiven))) return;
  const count = clientIds.length;
  confirmDone(
    isGiven ? m.clients_tagged({ tag: tag.name, count }) : m.clients_untagged({ tag: tag.name, count }),
    () => void write(!isGiven),
  );
}

/** Adds a tag to the clinic; null, and a message, when that failed. */
export async function createTag(
  queries: QueryClient,
  input: { tenantId: string; name: string; colour: string },
): Promise<Tag | null> {
  try {
    return await perform(queries, [clientKeys.tags(input.tenantId)], () => addTag(input));
  } catch (error) {
    handleError(error);
    return null;
  }
}
