/** The Storage service's errors: the real status is in the body, over HTTP it is 400 (500 for a failure). */
import postgres from 'postgres';

export class StorageError extends Error {
  readonly status: number;
  /** The S3-like name newer clients look at, and the older one beside it. */
  readonly code: string;
  readonly error: string;
  constructor(status: number, code: string, error: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.error = error;
  }
}

export const storageErrors = {
  objectNotFound: () => new StorageError(404, 'NoSuchKey', 'not_found', 'Object not found'),
  bucketNotFound: () => new StorageError(404, 'NoSuchBucket', 'Bucket not found', 'Bucket not found'),
  bucketNotEmpty: () =>
    new StorageError(409, 'InvalidRequest', 'InvalidRequest', 'The bucket you tried to delete is not empty'),
  duplicate: () => new StorageError(409, 'KeyAlreadyExists', 'Duplicate', 'The resource already exists'),
  tooLarge: () =>
    new StorageError(
      413,
      'EntityTooLarge',
      'Payload too large',
      'The object exceeded the maximum allowed size',
    ),
  mimeType: (type: string) =>
    new StorageError(415, 'InvalidMimeType', 'invalid_mime_type', `mime type ${type} is not supported`),
  invalidKey: (key: string) => new StorageError(400, 'InvalidKey', 'InvalidKey', `Invalid key: ${key}`),
  invalidToken: () =>
    new StorageError(400, 'InvalidJWT', 'InvalidJWT', 'The token is invalid or has expired'),
  unauthorized: () => new StorageError(403, 'AccessDenied', 'Unauthorized', 'Invalid Compact JWS'),
  denied: () =>
    new StorageError(403, 'AccessDenied', 'Unauthorized', 'new row violates row-level security policy'),
};

/** The answer for an error; what is neither ours nor the database's is thrown on. */
export function storageErrorResponse(error: unknown): Response {
  const known = error instanceof postgres.PostgresError ? fromDatabase(error) : error;
  if (!(known instanceof StorageError)) throw error;
  const body = {
    statusCode: String(known.status),
    code: known.code,
    error: known.error,
    message: known.message,
  };
  return Response.json(body, { status: known.status === 500 ? 500 : 400 });
}

function fromDatabase(error: postgres.PostgresError): StorageError {
  if (error.code === '42501') return storageErrors.denied();
  if (error.code === '23505') return storageErrors.duplicate();
  if (error.code === '23503') return storageErrors.bucketNotFound();
  return new StorageError(500, 'DatabaseError', 'DatabaseError', 'Database error');
}
