// POST { attachment_id, client_id } by a member of the clinic: copies the attachment of a mail to the client's files and
// answers with the file. The copy is made within Storage: the content never passes through here.
import { withSupabase } from '@supabase/server';
import { bucket } from '../_shared/files/bucket.ts';
import { saysItIsThere } from '../_shared/files/signed-link.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readInput } from '../_shared/http/input.ts';
import { personCall } from '../_shared/http/person-call.ts';
import { serviceCall } from '../_shared/http/service-call.ts';
import {
  begunSaving,
  saveAttachment,
  saveAttachmentInput,
} from '../_shared/inbox/attachments/save-attachment.ts';
import { attachmentBucket } from '../_shared/inbox/sync/attachment-shelf.ts';
import { createLog } from '../_shared/logging/log.ts';

const name = 'save-attachment';

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin }) => {
    const log = createLog({ function: name, request_id: request.headers.get('x-request-id') });
    const input = await readInput(request, saveAttachmentInput);
    const call = personCall(supabase, request);
    const file = await saveAttachment(input, {
      begin: async (values) => begunSaving.parse(await call('begin_saving_attachment', values)),
      // The service role: nobody else can read objects, and what a person puts there does not count as the mail's.
      copy: async (source, target) => {
        const { error } = await supabaseAdmin.storage
          .from(attachmentBucket)
          .copy(source, target, { destinationBucket: bucket });
        if (!error) return 'copied';
        const { status = 0, statusCode } = error as { status?: number; statusCode?: string };
        // Another click was faster.
        if (status === 409 || statusCode === '409') return 'copied';
        saysItIsThere({ status, statusCode });
        return 'missing';
      },
      cancel: async ({ tenant_id, file_id }) => {
        await call('cancel_upload', { tenant_id, file_id });
      },
      recordMissing: async () => {
        log.error('attachment_missing', { attachment_id: input.attachment_id });
        await serviceCall(supabaseAdmin)('record_attachment_missing', { attachment_id: input.attachment_id });
      },
      finish: (file_id) => call('finish_saving_attachment', { file_id }),
    });
    return Response.json(file);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl: Deno.env.get('APP_URL') }, handler) };
