/** Answers with an object's bytes, whole or the range asked for. */
import { storageErrors } from './errors.ts';
import type { ObjectFiles } from './object-files.ts';
import type { ObjectRow } from './object-rows.ts';

/** Throws `objectNotFound` when the row's bytes are gone, as storage-api does when its S3 has no such key. */
export async function objectResponse(
  request: Request,
  row: ObjectRow,
  files: ObjectFiles,
): Promise<Response> {
  const place = { bucket: row.bucket_id, name: row.name, version: row.version };
  if (!(await files.isThere(place))) throw storageErrors.objectNotFound();
  const { size, mimetype, eTag, cacheControl } = row.metadata;
  const headers = new Headers({
    'Content-Type': mimetype,
    'Cache-Control': cacheControl,
    ETag: eTag,
    'Last-Modified': new Date(row.updated_at).toUTCString(),
    'Accept-Ranges': 'bytes',
    'X-Robots-Tag': 'none',
    // Stored files are other people's: they never run in the API's origin.
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
  });
  const download = new URL(request.url).searchParams.get('download');
  if (download !== null) headers.set('Content-Disposition', disposition(download));
  if (request.headers.get('if-none-match') === eTag) return new Response(null, { status: 304, headers });
  const range = requestedRange(request.headers.get('range'), size);
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const [start, end] = range ?? [0, size - 1];
  headers.set('Content-Length', String(end - start + 1));
  if (range) headers.set('Content-Range', `bytes ${start}-${end}/${size}`);
  const isEmpty = size === 0 || request.method === 'HEAD';
  const body = isEmpty ? null : (files.read(place, start, end) as RequestInit['body']);
  return new Response(body, { status: range ? 206 : 200, headers });
}

function disposition(name: string): string {
  const encoded = encodeURIComponent(name).replaceAll("'", '%27');
  return name ? `attachment; filename=${encoded}; filename*=UTF-8''${encoded};` : 'attachment';
}

/** One byte range, null for the whole; several ranges are answered with the whole, as RFC 9110 allows. */
export function requestedRange(
  header: string | null,
  size: number,
): [number, number] | null | 'unsatisfiable' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (!from && !to) return null;
  const start = from ? Number(from) : Math.max(0, size - Number(to));
  const end = from && to ? Math.min(Number(to), size - 1) : size - 1;
  return start >= size || start > end ? 'unsatisfiable' : [start, end];
}
