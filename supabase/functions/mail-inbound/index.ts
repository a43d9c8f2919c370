// POST { recipient, raw: base64 of the mail } by the provider that receives mail, signed as Standard Webhooks with
// MAIL_INBOUND_SECRET: stores the mail like one that was fetched. Answers 200 with { is_new, message_id, conversation_id };
// anything else is to be repeated, except 404 (no such mailbox), 413 and 422 (it will never be accepted).
import { withSupabase } from '@supabase/server';
import { AppError } from '../_shared/errors/app-error.ts';
import { bodyBytes } from '../_shared/http/body-bytes.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { serviceCall } from '../_shared/http/service-call.ts';
import { readWebhookSecrets, readWebhookStamp, verifyWebhook } from '../_shared/http/standard-webhook.ts';
import { mostDeliveryBytes, readDelivery } from '../_shared/inbox/inbound/delivery.ts';
import { broughtMessage, receiveMail } from '../_shared/inbox/inbound/receive-mail.ts';
import { attachmentBucket } from '../_shared/inbox/sync/attachment-shelf.ts';

const name = 'mail-inbound';

const handler = withSupabase({ auth: 'none', cors: 'disabled' }, async (request, { supabaseAdmin }) => {
  const secrets = readWebhookSecrets(Deno.env.get('MAIL_INBOUND_SECRET'));
  const stamp = readWebhookStamp(request.headers, Date.now());
  const body = await bodyBytes(request, mostDeliveryBytes);
  verifyWebhook(stamp, body, secrets);

  // The service role: no person is at hand, and only it may store mail and its objects.
  const call = serviceCall(supabaseAdmin);
  const receipt = await receiveMail(stamp.id, readDelivery(body), {
    isKnown: async (delivery_key) => (await call('is_delivery_known', { delivery_key })) === true,
    bring: async (recipient, given) =>
      broughtMessage.parse(await call('bring_message', { recipient, given })),
    upload: async ({ object_name, content_type }, content) => {
      const { error } = await supabaseAdmin.storage
        .from(attachmentBucket)
        .upload(object_name, content, { contentType: content_type, upsert: true });
      if (error) {
        throw new AppError(
          503,
          'storage_unavailable',
          'The file storage does not answer. Please try again.',
          {
            cause: error,
          },
        );
      }
    },
    settle: async ({ id }, size) => {
      await call('settle_attachment', { attachment_id: id, state: 'stored', size });
    },
    record: async (delivery_key) => {
      await call('record_delivery', { delivery_key });
    },
    now: () => new Date(),
  });
  return Response.json(receipt);
});

// No browser calls it, so no site is allowed to.
export default { fetch: endpoint({ name, method: 'POST', appUrl: undefined }, handler) };
