/** The bytes of stored objects, one file per version, written completely before any row points at them. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { storageErrors } from './errors.ts';

export interface WrittenFile {
  version: string;
  size: number;
  eTag: string;
}

export class ObjectFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Writes a new version to disk. Throws `tooLarge` beyond `limit` bytes and leaves nothing then. */
  async write(
    bucket: string,
    name: string,
    content: ReadableStream | null,
    limit: number,
  ): Promise<WrittenFile> {
    const version = randomUUID();
    const path = this.#path(bucket, name, version);
    const unfinished = `${path}.unfinished`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const hash = createHash('md5');
    let size = 0;
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, callback) {
        size += chunk.length;
        hash.update(chunk);
        callback(size > limit ? storageErrors.tooLarge() : null, chunk);
      },
    });
    try {
      const source = content ? Readable.fromWeb(content) : Readable.from([]);
      await pipeline(source, counting, createWriteStream(unfinished, { mode: 0o600 }));
      const file = await open(unfinished, 'r+');
      await file.sync();
      await file.close();
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    return { version, size, eTag: `"${hash.digest('hex')}"` };
  }

  async copy(from: ObjectPlace, to: { bucket: string; name: string }): Promise<string> {
    const version = randomUUID();
    const target = this.#path(to.bucket, to.name, version);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(this.#path(from.bucket, from.name, from.version), target);
    return version;
  }

  /** Whether the bytes are on the disk. */
  isThere(place: ObjectPlace): Promise<boolean> {
    return access(this.#path(place.bucket, place.name, place.version)).then(
      () => true,
      () => false,
    );
  }

  /** Reads bytes `start` to `end`, both included. */
  read(place: ObjectPlace, start: number, end: number): ReadableStream {
    return Readable.toWeb(
      createReadStream(this.#path(place.bucket, place.name, place.version), { start, end }),
    );
  }

  async remove(place: ObjectPlace): Promise<void> {
    await rm(this.#path(place.bucket, place.name, place.version), { force: true });
  }

  /** Names are hashed: any name is a valid, short path that cannot lead out of the directory. */
  #path(bucket: string, name: string, version: string): string {
    const hashed = createHash('sha256').update(`${bucket}/${name}`).digest('hex');
    return join(this.#root, hashed.slice(0, 2), hashed, version);
  }
}

export interface ObjectPlace {
  bucket: string;
  name: string;
  version: string;
}
