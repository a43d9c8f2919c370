// Run by Deno, as the functions are: fetches a folder with imapflow alone, and prints { messages, bytes, milliseconds }.
// The same commands as the sync gives for the same data – structures of a hundred messages, then their texts, then what is
// attached – and nothing else: nothing is decoded, threaded or stored. Arguments: port. Environment: USERNAME, PASSWORD.
import { ImapFlow } from 'imapflow';
import { textPlans } from '../../supabase/functions/_shared/inbox/mime/imap-message.ts';
import { messageParts } from '../../supabase/functions/_shared/inbox/mime/message-parts.ts';
import { imapOptions } from '../../supabase/functions/_shared/inbox/sync/imap-server.ts';

const { env, argv } = process;
const started = performance.now();
const client = new ImapFlow(
  imapOptions({
    host: { address: '127.0.0.1', servername: 'localhost' },
    ...{ port: Number(argv[2]), username: env.USERNAME ?? '', password: env.PASSWORD ?? '' },
  }),
);
await client.connect();
await client.mailboxOpen('INBOX', { readOnly: true });
const uids = (await client.search({ all: true }, { uid: true })) || [];
let bytes = 0;
const count = (parts: ReadonlyMap<string, Uint8Array> | undefined): void => {
  for (const part of parts?.values() ?? []) bytes += part.length;
};
for (let from = 0; from < uids.length; from += 100) {
  const range = uids.slice(from, from + 100).join(',');
  const outlined = await client.fetchAll(
    range,
    {
      ...{ uid: true, flags: true, internalDate: true, size: true, threadId: true },
      ...{ envelope: true, bodyStructure: true, headers: true },
    },
    { uid: true },
  );
  const groups = new Map<string, { keys: string[]; uids: number[] }>();
  for (const { uid, bodyStructure } of outlined) {
    const keys = textPlans(messageParts(bodyStructure)).map(({ key }) => key);
    const group = groups.get(keys.join()) ?? { keys, uids: [] };
    group.uids.push(uid);
    groups.set(keys.join(), group);
  }
  for (const { keys, uids: some } of groups.values())
    for (const { bodyParts } of await client.fetchAll(
      some.join(','),
      { uid: true, bodyParts: keys },
      { uid: true },
    ))
      count(bodyParts);
  for (const { uid, bodyStructure } of outlined)
    for (const { part } of messageParts(bodyStructure).attachments)
      count(
        ((await client.fetchOne(String(uid), { uid: true, bodyParts: [part] }, { uid: true })) || undefined)
          ?.bodyParts,
      );
}
await client.logout();
console.log(JSON.stringify({ messages: uids.length, bytes, milliseconds: performance.now() - started }));
