import { AppError } from '../errors/app-error.ts';

/**
 * The bytes of a request's body, as long as they are not more than `most`.
 *
 * Of a body that is too large as much again is read and thrown away: who is still sending does not read the answer.
 *
 * @throws AppError 413 `body_too_large`
 */
export async function bodyBytes(request: Request, most: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  // One piece from the start: joining pieces in the end would need the memory twice.
  let bytes = new Uint8Array(announced > 0 && announced <= most ? announced : 65_536);
  let size = 0;
  for await (const chunk of request.body ?? []) {
    const end = size + chunk.byteLength;
    if (end <= most && announced <= most) {
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.min(most, Math.max(bytes.length * 2, end)));
        larger.set(bytes.subarray(0, size));
        bytes = larger;
      }
      bytes.set(chunk, size);
    }
    size = end;
    if (size > most * 2) break;
  }
  if (size > most || announced > most) throw new AppError(413, 'body_too_large', 'This is too large.');
  return bytes.subarray(0, size);
}
