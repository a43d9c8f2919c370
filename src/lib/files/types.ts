/** Types of files that are kept, by the endings people know them by. The database has the same types. */
const TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  rtf: 'application/rtf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  dcm: 'application/dicom',
  stl: 'model/stl',
  mp4: 'video/mp4',
};
const ALLOWED = new Set(Object.values(TYPES));

/** For the browser's own dialog of files. */
export const ACCEPTED = Object.keys(TYPES)
  .map((ending) => `.${ending}`)
  .join(',');

const ending = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/**
 * The content type a file is sent with, null when its type is not kept. The ending counts first: what browsers say of a
 * file depends on the programs installed beside them (a CSV becomes an Excel sheet on Windows, a scan becomes nothing).
 */
export function contentTypeOf(file: Pick<File, 'name' | 'type'>): string | null {
  const known = TYPES[ending(file.name)];
  if (known) return known;
  // A name such as "report.html" says what it is; only without an ending is the browser's word taken.
  const given = file.type.split(';')[0]?.trim().toLowerCase() ?? '';
  return ending(file.name) === '' && ALLOWED.has(given) ? given : null;
}

export type FileKind = 'image' | 'pdf' | 'text' | 'document' | 'sheet' | 'scan' | 'model' | 'video';

/** What kind of thing a content type is, for its icon. */
export function fileKind(contentType: string): FileKind {
  if (contentType.startsWith('image/')) return 'image';
  if (contentType.startsWith('video/')) return 'video';
  if (contentType === 'application/pdf') return 'pdf';
  if (contentType === 'text/plain') return 'text';
  if (contentType === 'application/dicom') return 'scan';
  if (contentType === 'model/stl') return 'model';
  return /csv|excel|sheet/.test(contentType) ? 'sheet' : 'document';
}

export type PreviewKind = 'image' | 'pdf' | 'text';

/** How a file is shown in the page; null for what browsers do not show. */
export function previewKind(contentType: string): PreviewKind | null {
  if (/^image\/(jpeg|png|webp|gif|bmp)$/.test(contentType)) return 'image';
  if (contentType === 'application/pdf') return 'pdf';
  return contentType === 'text/plain' || contentType === 'text/csv' ? 'text' : null;
}
