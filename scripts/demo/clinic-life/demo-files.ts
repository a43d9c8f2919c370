/** Files of the demo, made here byte by byte: nothing of anybody's is in them. */
import { crc32, deflateSync } from 'node:zlib';

type Bytes = Uint8Array<ArrayBuffer>;

/** A grey picture as PNG. `shade` gives the brightness, 0 to 255, of the point at x and y. */
function greyPng(width: number, height: number, shade: (x: number, y: number) => number): Bytes {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = Math.max(0, Math.min(255, Math.round(shade(x, y))));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits per point, of one channel: grey
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return bytesOf(
    Buffer.concat([
      signature,
      pngChunk('IHDR', header),
      pngChunk('IDAT', deflateSync(rows)),
      pngChunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** Something like a panoramic X-ray: two bent rows of teeth, `filled` of them with a bright filling. */
export function xrayPng(filled: number[]): Bytes {
  const [width, height, teeth] = [640, 320, 16];
  return greyPng(width, height, (x, y) => {
    const across = (x / width) * 2 - 1;
    // The jaws curve upwards at the sides.
    const jaw = y + across * across * 70;
    const isUpper = jaw < 190;
    const tooth = Math.floor((x / width) * teeth);
    const within = ((x / width) * teeth - tooth) * 2 - 1;
    const along = Math.abs(jaw - 190) / 85;
    let shade = 46 + 30 * Math.exp(-across * across) + ((x * 7919 + y * 104729) % 23);
    if (along > 0.06 && along < 1) {
      const crown = along < 0.45;
      const halfWidth = crown ? 0.86 : 0.86 - (along - 0.45) * 1.1;
      if (Math.abs(within) < halfWidth) shade += 95 - 45 * along;
      if (!crown && Math.abs(within) < 0.12) shade -= 45;
      const number = tooth + (isUpper ? 0 : teeth);
      if (filled.includes(number) && along < 0.3 && Math.abs(within) < 0.5) shade = 245;
    }
    return shade;
  });
}

/** One page of plain lines as PDF, in a font that every viewer has. */
export function letterPdf(lines: string[]): Bytes {
  const text = lines.map((line) => `(${line.replaceAll(/[\\()]/g, String.raw`\$&`)}) Tj T*`).join('\n');
  const content = `BT /F1 12 Tf 16 TL 72 770 Td\n${text}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let document = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const offset = document.length;
    document += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const start = document.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  document += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  document += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return bytesOf(Buffer.from(document, 'latin1'));
}

/** A text file. */
export function plainText(text: string): Bytes {
  return bytesOf(Buffer.from(text, 'utf8'));
}

/** Bytes of their own, not a window into a pool. */
function bytesOf(buffer: Buffer): Bytes {
  return new Uint8Array(buffer);
}
