import { z } from 'zod';

/** `wait` asks for the outcome instead of an answer at once: for calls by hand. */
export const sweepFilesInput = z.object({ wait: z.boolean().default(false) });

/** What `compare_files` returns for one slice. */
export const comparedFiles = z.object({
  is_done: z.boolean(),
  files: z.number(),
  objects: z.number(),
  missing: z.array(z.object({ file_id: z.string(), tenant_id: z.string() })),
  orphans: z.number(),
});
export type ComparedFiles = z.infer<typeof comparedFiles>;

/** What `claim_file_removals` returns. */
export const claimedRemovals = z.array(
  z.object({
    object_name: z.string(),
    bucket_id: z.string(),
    reason: z.enum(['deleted', 'cancelled', 'abandoned', 'orphan']),
    tenant_id: z.string(),
    file_id: z.string().nullable(),
  }),
);
export type ClaimedRemoval = z.infer<typeof claimedRemovals>[number];

/** What `record_file_removals` returns. */
export const settledRemovals = z.object({ removed: z.array(z.string()) });

/** What the work needs from the outside world. */
export interface SweepPorts {
  compare(): Promise<ComparedFiles>;
  /** Objects to remove, leased to this run; none when nothing is due. */
  claim(): Promise<ClaimedRemoval[]>;
  /** Removes objects from Storage. Throws when Storage refuses or does not answer. */
  remove(bucketId: string, objectNames: string[]): Promise<void>;
  /** Settles what is gone, and returns the names of those. */
  settle(objectNames: string[]): Promise<string[]>;
  log(event: string, fields: Record<string, unknown>): void;
}

export interface Sweep {
  files: number;
  objects: number;
  missing: number;
  removed: Record<ClaimedRemoval['reason'], number>;
  /** Objects that are still there; they are tried again when their lease is over. */
  left: number;
}

/** A run ends before the platform would end it; the next one goes on where it stopped. */
const mostSlices = 40;

/**
 * Brings rows and objects in step, slice by slice: marks rows whose object is gone, removes objects nobody needs.
 *
 * Storage and the database share no transaction, so a removal is claimed first, and settled only when the object is
 * gone: whenever it breaks off, the next run does it again.
 *
 * @throws what the ports throw, except `remove`, whose failures are counted in `left`
 */
export async function sweepFiles(ports: SweepPorts): Promise<Sweep> {
  const sweep: Sweep = {
    files: 0,
    objects: 0,
    missing: 0,
    removed: { deleted: 0, cancelled: 0, abandoned: 0, orphan: 0 },
    left: 0,
  };
  for (let slice = 0; slice < mostSlices; slice++) {
    const { is_done, files, objects, missing } = await ports.compare();
    sweep.files += files;
    sweep.objects += objects;
    sweep.missing += missing.length;
    for (const file of missing) ports.log('file_missing', file);
    if (is_done) break;
  }
  for (let slice = 0; slice < mostSlices; slice++) {
    const claimed = await ports.claim();
    if (claimed.length === 0) break;
    await removeSlice(claimed, sweep, ports);
  }
  return sweep;
}

async function removeSlice(claimed: ClaimedRemoval[], sweep: Sweep, ports: SweepPorts): Promise<void> {
  const names = claimed.map(({ object_name }) => object_name);
  for (const [bucketId, removals] of Map.groupBy(claimed, ({ bucket_id }) => bucket_id)) {
    try {
      await ports.remove(
        bucketId,
        removals.map(({ object_name }) => object_name),
      );
    } catch (error) {
      ports.log('removal_failed', { objects: removals.length, error });
    }
  }
  // Whatever Storage has answered: what counts is what is there.
  const gone = new Set(await ports.settle(names));
  for (const { object_name, ...removal } of claimed) {
    if (!gone.has(object_name)) {
      sweep.left += 1;
      ports.log('object_left', removal);
      continue;
    }
    sweep.removed[removal.reason] += 1;
    ports.log('object_removed', removal);
  }
}
