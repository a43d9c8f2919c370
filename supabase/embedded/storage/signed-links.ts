/** Links that open or upload one object without a session, until they expire. */
import type { Caller } from '../gateway/api-keys.ts';
import { signToken, verifyToken } from '../tokens.ts';
import { required, visibleObject, type StorageContext, type Target } from './context.ts';
import { storageErrors } from './errors.ts';
import { asCaller, findBucket, findObject, type ObjectRow } from './object-rows.ts';
import { checkUploadRight, ownerOf, readUpload, store } from './upload.ts';

const uploadLinkSeconds = 2 * 60 * 60;

/** One link, or several with their errors. */
export async function sign(
  context: StorageContext,
  caller: Caller,
  { bucket, name }: Target,
  { expiresIn, paths }: { expiresIn: number; paths?: string[] },
): Promise<Response> {
  const link = (path: string) => {
    const token = signToken({ url: `${bucket}/${path}`, ...lifetime(expiresIn) }, context.keys.jwtSecret);
    return `/object/sign/${bucket}/${path}?token=${token}`;
  };
  if (!paths) {
    await visibleObject(context, caller, { bucket, name });
    return Response.json({ signedURL: link(name) });
  }
  const visible = await asCaller(
    context.sql,
    caller,
    'storage.object.sign_many',
    (transaction) =>
      transaction<
        { name: string }[]
      >`select name from storage.objects where bucket_id = ${bucket} and name in ${transaction(paths.length ? paths : [''])}`,
  );
  const names = new Set(visible.map((row) => row.name));
  const missing = 'Either the object does not exist or you do not have access to it';
  return Response.json(
    paths.map((path) =>
      names.has(path)
        ? { error: null, path, signedURL: link(path) }
        : { error: missing, path, signedURL: null },
    ),
  );
}

/** The object a link opens. */
export async function signedObject(
  { sql, keys }: StorageContext,
  request: Request,
  { bucket, name }: Target,
): Promise<ObjectRow> {
  const claims = verifyToken(new URL(request.url).searchParams.get('token') ?? '', keys.jwtSecret);
  if (claims?.url !== `${bucket}/${name}`) throw storageErrors.invalidToken();
  return required(await findObject(sql, bucket, name));
}

/** A link to upload one object by, without a session. */
export async function signUpload(
  context: StorageContext,
  request: Request,
  caller: Caller,
  place: Target,
): Promise<Response> {
  const upsert = request.headers.get('x-upsert') === 'true';
  await checkUploadRight(context, caller, place, upsert);
  const { bucket, name } = place;
  const claims = {
    upload: `${bucket}/${name}`,
    upsert,
    owner: ownerOf(caller),
    ...lifetime(uploadLinkSeconds),
  };
  const token = signToken(claims, context.keys.jwtSecret);
  return Response.json({ url: `/object/upload/sign/${bucket}/${name}?token=${token}`, token });
}

/** The upload through such a link; the object belongs to who signed it. */
export async function signedUpload(
  context: StorageContext,
  request: Request,
  place: Target,
): Promise<Response> {
  const claims = verifyToken(new URL(request.url).searchParams.get('token') ?? '', context.keys.jwtSecret);
  if (claims?.upload !== `${place.bucket}/${place.name}`) throw storageErrors.invalidToken();
  const bucket = await findBucket(context.sql, place.bucket);
  if (!bucket) throw storageErrors.bucketNotFound();
  const owner = typeof claims.owner === 'string' ? claims.owner : null;
  await store(context, bucket, place, await readUpload(request), { owner, upsert: claims.upsert === true });
  return Response.json({ Key: `${place.bucket}/${place.name}` });
}

function lifetime(seconds: number): { iat: number; exp: number } {
  const iat = Math.floor(Date.now() / 1000);
  return { iat, exp: iat + seconds };
}
