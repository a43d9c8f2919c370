// POST { attachment_id, disposition: 'inline' | 'attachment' } by a member of the clinic:
// records that the attachment of a mail is opened and answers with a link to it that works for a minute.
import { withSupabase } from '@supabase/server';
import { storageLinks } from '../_shared/files/signed-link.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readInput } from '../_shared/http/input.ts';
import { personCall } from '../_shared/http/person-call.ts';
import { serviceCall } from '../_shared/http/service-call.ts';
import {
  attachmentLink,
  attachmentLinkInput,
  openedAttachment,
} from '../_shared/inbox/attachments/attachment-link.ts';
import { attachmentBucket } from '../_shared/inbox/sync/attachment-shelf.ts';
import { createLog } from '../_shared/logging/log.ts';

const name = 'attachment-link';

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin }) => {
    const log = createLog({ function: name, request_id: request.headers.get('x-request-id') });
    const input = await readInput(request, attachmentLinkInput);
    const { attachment_id } = input;
    const link = await attachmentLink(input, {
      ...storageLinks(supabaseAdmin, attachmentBucket),
      open: async (values) =>
        openedAttachment.parse(await personCall(supabase, request)('open_attachment', values)),
      recordMissing: async () => {
        log.error('attachment_missing', { attachment_id });
        // The service role: nobody else may say that the content is gone.
        await serviceCall(supabaseAdmin)('record_attachment_missing', { attachment_id });
      },
    });
    return Response.json(link);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl: Deno.env.get('APP_URL') }, handler) };
