import { supabase } from '#lib/supabase/browser.ts';
import type { Json } from '#lib/supabase/database.types.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import {
  clientImportSchema,
  sliceAnswerSchema,
  type ClientImport,
  type ImportOptions,
  type ImportRow,
  type RowResult,
} from './schemas.ts';

const SHOWN_IMPORTS = 20;

export const importKeys = {
  list: (tenantId: string) => ['tenant', tenantId, 'client-imports'] as const,
};

/** Begins an import; its rows follow with `sendSlice`. */
async function beginImport(input: {
  tenantId: string;
  fileName: string;
  rowCount: number;
  mapping: Record<string, string>;
}): Promise<ClientImport> {
  const answer = await supabase().rpc('begin_client_import', {
    tenant_id: input.tenantId,
    file_name: input.fileName.slice(-255),
    row_count: input.rowCount,
    mapping: input.mapping,
  });
  return parseAnswer(clientImportSchema, unwrap(answer));
}

/** Brings in some rows, or tries what would happen when there is no import. The same rows once more do no harm. */
async function sendSlice(input: {
  tenantId: string;
  importId: string | null;
  rows: ImportRow[];
  options: ImportOptions;
  signal: AbortSignal;
}): Promise<RowResult[]> {
  const answer = await supabase()
    .rpc('import_clients', {
      tenant_id: input.tenantId,
      // The generated types know no null; the function does.
      import_id: input.importId as string,
      rows: input.rows as Json,
      options: input.options,
      dry_run: input.importId === null,
    })
    .abortSignal(input.signal);
  return parseAnswer(sliceAnswerSchema, unwrap(answer)).results;
}

/** Ends an import, or cancels it: what was brought in stays. */
async function finishImport(input: {
  tenantId: string;
  importId: string;
  isCancelled: boolean;
}): Promise<ClientImport> {
  const answer = await supabase().rpc('finish_client_import', {
    tenant_id: input.tenantId,
    import_id: input.importId,
    cancelled: input.isCancelled,
  });
  return parseAnswer(clientImportSchema, unwrap(answer));
}

/** The clinic's newest imports. */
async function listImports(tenantId: string): Promise<ClientImport[]> {
  const answer = await supabase()
    .from('client_imports')
    .select('id, file_name, row_count, added, updated, unchanged, failed, status, created_at')
    .eq('tenant_id', tenantId)
    .order('created_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(SHOWN_IMPORTS);
  return parseAnswer(z.array(clientImportSchema), unwrap(answer));
}

export const importConnection = { begin: beginImport, send: sendSlice, finish: finishImport };

export const importListOptions = (tenantId: string) =>
  queryOptions({ queryKey: importKeys.list(tenantId), queryFn: () => listImports(tenantId) });
