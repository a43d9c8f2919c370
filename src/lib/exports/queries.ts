import { listClients } from '#lib/clients/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import type { Json } from '#lib/supabase/database.types.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { clientRecordSchema, exportStartSchema, type ClientRecord, type ExportStart } from './schemas.ts';

/** Records that the list of clients is taken out, narrowed by `filter`. Owners and members with "exports" only. */
async function beginListExport(input: { tenantId: string; filter: Json }): Promise<ExportStart> {
  const answer = await supabase().rpc('begin_client_export', {
    ...{ tenant_id: input.tenantId, kind: 'list' },
    filter: input.filter,
  });
  return parseAnswer(exportStartSchema, unwrap(answer));
}

/** Records that the record of one client is taken out, and returns it whole. Owners and members with "exports" only. */
export async function exportClientRecord(input: {
  tenantId: string;
  clientId: string;
}): Promise<{ start: ExportStart; record: ClientRecord }> {
  const { tenantId: tenant_id, clientId: client_id } = input;
  const begun = await supabase().rpc('begin_client_export', { tenant_id, kind: 'record', client_id });
  const start = parseAnswer(exportStartSchema, unwrap(begun));
  const answer = await supabase().rpc('client_record', { tenant_id, client_id });
  return { start, record: parseAnswer(clientRecordSchema, unwrap(answer)) };
}

/** What the export of the list asks the database. */
export const listConnection = { begin: beginListExport, list: listClients };
