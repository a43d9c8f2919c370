import { describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES, refusalOf } from './checks.ts';
import { contentTypeOf, fileKind, previewKind } from './types.ts';

const file = (name: string, type = '', size = 5) => ({ name, type, size });

describe('a file to be added', () => {
  it.each(['x-ray.png', 'Fișă.PDF', 'أشعة.jpg', '😀👩‍⚕️.txt', 'a/b\\c.docx', `${'😀'.repeat(251)}.txt`])(
    'may be called %s',
    (name) => expect(refusalOf(file(name))).toBeNull(),
  );

  it.each([
    ['', 'file_name_invalid'],
    ['..', 'file_name_invalid'],
    ['a\nb.png', 'file_name_invalid'],
    ['exam\u202Egnp.pdf', 'file_name_invalid'],
    [`${'x'.repeat(252)}.txt`, 'file_name_invalid'],
    ['page.html', 'file_type_not_allowed'],
    ['logo.svg', 'file_type_not_allowed'],
    ['setup.exe', 'file_type_not_allowed'],
    ['README', 'file_type_not_allowed'],
  ])('%j is refused', (name, code) => expect(refusalOf(file(name))).toBe(code));

  it('is neither empty nor too large', () => {
    expect(refusalOf(file('a.pdf', '', 0))).toBe('file_empty');
    expect(refusalOf(file('a.pdf', '', MAX_FILE_BYTES))).toBeNull();
    expect(refusalOf(file('a.pdf', '', MAX_FILE_BYTES + 1))).toBe('file_too_large');
  });
});

describe('the type of a file', () => {
  it.each([
    [file('a.csv', 'application/vnd.ms-excel'), 'text/csv'],
    [file('scan.DCM', ''), 'application/dicom'],
    [file('jaw.stl', 'application/octet-stream'), 'model/stl'],
    [file('a.txt', 'text/plain;charset=utf-8'), 'text/plain'],
    [file('picture', 'image/png'), 'image/png'],
    [file('picture', 'image/svg+xml'), null],
    [file('page.html', 'image/png'), null],
    [file('file', ''), null],
  ])('%o is %s', (given, expected) => expect(contentTypeOf(given)).toBe(expected));

  it.each([
    ['image/png', 'image', 'image'],
    ['image/heic', 'image', null],
    ['application/pdf', 'pdf', 'pdf'],
    ['text/csv', 'sheet', 'text'],
    ['application/msword', 'document', null],
    ['application/vnd.ms-excel', 'sheet', null],
    ['application/dicom', 'scan', null],
    ['video/mp4', 'video', null],
  ])('%s looks like a %s and is shown as %s', (type, kind, preview) => {
    expect([fileKind(type), previewKind(type)]).toEqual([kind, preview]);
  });
});
