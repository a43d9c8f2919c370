import { contentTypeOf } from './types.ts';

export const MAX_FILE_BYTES = 50 * 1024 * 1024;

/** The characters the database refuses in a name: controls, line separators, and those that reverse a text. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** Why a file cannot be added, as the code the server would answer; null when it can be tried. */
export function refusalOf(file: Pick<File, 'name' | 'type' | 'size'>): string | null {
  const name = file.name.trim();
  if (INVISIBLE.test(name) || name === '' || /^\.\.?$/.test(name) || [...name].length > 255)
    return 'file_name_invalid';
  if (contentTypeOf(file) === null) return 'file_type_not_allowed';
  if (file.size === 0) return 'file_empty';
  return file.size > MAX_FILE_BYTES ? 'file_too_large' : null;
}
