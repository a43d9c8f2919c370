// POST { tenant_id, file_id, purpose: 'download' | 'preview' } by a member of the clinic:
// records that the file is opened and answers with a link to it that works for a minute.
import { withSupabase } from '@supabase/server';
import { bucket } from '../_shared/files/bucket.ts';
import { fileLink, fileLinkInput, openedFile } from '../_shared/files/file-link.ts';
import { storageLinks } from '../_shared/files/signed-link.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readInput } from '../_shared/http/input.ts';
import { personCall } from '../_shared/http/person-call.ts';
import { serviceCall } from '../_shared/http/service-call.ts';
import { createLog } from '../_shared/logging/log.ts';

const name = 'file-link';

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin }) => {
    const log = createLog({ function: name, request_id: request.headers.get('x-request-id') });
    const input = await readInput(request, fileLinkInput);
    const link = await fileLink(input, {
      ...storageLinks(supabaseAdmin, bucket),
      open: async (values) => openedFile.parse(await personCall(supabase, request)('open_file', values)),
      recordMissing: async () => {
        log.error('file_missing', { tenant_id: input.tenant_id, file_id: input.file_id });
        await serviceCall(supabaseAdmin)('record_file_missing', { file_id: input.file_id });
      },
    });
    return Response.json(link);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl: Deno.env.get('APP_URL') }, handler) };
