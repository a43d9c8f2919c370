import { describe, expect, it } from 'vitest';
import { isDangerous, shownAs } from './attachment-kinds.ts';

const OCTETS = 'application/octet-stream';

describe('attachments that may do harm', () => {
  it.each([
    ['setup.exe', OCTETS],
    ['invoice.pdf.exe', OCTETS],
    ['invoice.pdf .js', OCTETS],
    ['scan.jpg.lnk', OCTETS],
    ['photo.jpg.png', 'image/png'],
    ['letter.docm', OCTETS],
    ['page.HTML', 'application/pdf'],
    ['logo.svg', 'image/png'],
    ['logo', 'image/svg+xml'],
    ['page', 'text/html; charset=utf-8'],
    ['disk.iso', OCTETS],
    ['sheet', 'application/vnd.ms-excel.sheet.macroEnabled.12'],
  ])('%s (%s)', (name, content_type) => {
    expect(isDangerous({ name, content_type })).toBe(true);
    expect(shownAs({ name, content_type })).toBeNull();
  });

  it.each([
    ['scan.pdf', 'application/pdf', 'pdf'],
    ['Röntgen 3.2.2026.jpg', 'image/jpeg', 'image'],
    ['photo', 'image/webp', 'image'],
    ['letter.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', null],
    ['picture.tiff', 'image/tiff', null],
    ['', OCTETS, null],
  ])('not %s (%s), shown as %s', (name, content_type, shown) => {
    expect(isDangerous({ name, content_type })).toBe(false);
    expect(shownAs({ name, content_type })).toBe(shown);
  });
});
