// POST { tenant_id, file_id, purpose: 'download' | 'preview' } by a member of the clinic:
// records that the file is opened and answers with a link to it that works for a minute.
import { withSupabase } from '@supabase/server';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { bucket } from '../_shared/files/bucket.ts';
import {
  fileLink,
  fileLinkInput,
  linkSeconds,
  openedFile,
  saysItIsThere,
} from '../_shared/files/file-link.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readInput } from '../_shared/http/input.ts';
import { createLog } from '../_shared/logging/log.ts';

const name = 'file-link';

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin }) => {
    const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
    const log = createLog({ function: name, request_id: requestId });
    const input = await readInput(request, fileLinkInput);

    const link = await fileLink(input, {
      // As the person, so that the database decides and the audit log knows who it was and from where.
      open: async (values) => {
        const asked = supabase.rpc('open_file', values).setHeader('x-request-id', requestId);
        for (const header of ['x-forwarded-for', 'user-agent']) {
          const value = request.headers.get(header);
          if (value) asked.setHeader(header, value);
        }
        const { data, error } = await asked;
        if (error) throw fromDatabaseError(error);
        return openedFile.parse(data);
      },
      // The service role, because nobody else may sign: who can sign can make links that never end.
      sign: async (objectName) => {
        const { data, error } = await supabaseAdmin.storage
          .from(bucket)
          .createSignedUrl(objectName, linkSeconds);
        if (data) return new URL(data.signedUrl);
        const { status = 0, statusCode } = error as { status?: number; statusCode?: string };
        saysItIsThere({ status, statusCode });
        return null;
      },
      isThere: async (address) => {
        const response = await fetch(address, { headers: { range: 'bytes=0-0' } });
        const body = response.ok ? undefined : await response.json().catch(() => undefined);
        await response.body?.cancel().catch(() => undefined);
        return saysItIsThere({ status: response.status, statusCode: body?.statusCode });
      },
      recordMissing: async () => {
        log.error('file_missing', { tenant_id: input.tenant_id, file_id: input.file_id });
        const { error } = await supabaseAdmin.rpc('record_file_missing', { file_id: input.file_id });
        if (error) throw fromDatabaseError(error);
      },
    });
    return Response.json(link);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl: Deno.env.get('APP_URL') }, handler) };
