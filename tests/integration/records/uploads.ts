import { stack } from '../../support/environment.ts';
import { call, type Clinic, type Person } from '../../support/people.ts';

export interface Begun {
  file_id: string;
  object_name: string;
  bucket: string;
}

export interface StoredFile {
  id: string;
  name: string;
  state: string;
  size: number;
  content_type: string;
  object_name: string;
}

/** What somebody uploads. */
export interface Content {
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export const textFile = (content = 'Upper left molar.', name = 'notes.txt'): Content => ({
  ...{ name, type: 'text/plain', bytes: new TextEncoder().encode(content) },
});

/** A client of the clinic to hang files on. */
export async function addClient(person: Person, clinic: Clinic, lastName = 'Files'): Promise<string> {
  const client = await call<{ id: string }>(person.client, 'save_client', {
    ...{ tenant_id: clinic.id, client_id: null, details: { last_name: lastName }, identifiers: null },
  });
  return client.id;
}

export function begin(person: Person, clinic: Clinic, clientId: string, content: Content): Promise<Begun> {
  return call<Begun>(person.client, 'begin_upload', {
    ...{ tenant_id: clinic.id, client_id: clientId },
    ...{ name: content.name, content_type: content.type, size: content.bytes.length },
  });
}

export interface StorageAnswer {
  status: number;
  /** What Storage means: over HTTP most of its failures are 400. */
  statusCode: string | undefined;
}

/** Sends bytes to Storage as a browser does: one request with the session's token. */
export async function put(
  accessToken: string,
  objectName: string,
  content: Pick<Content, 'type' | 'bytes'>,
  { method = 'POST', bucket = 'client-files', headers = {} as Record<string, string> } = {},
): Promise<StorageAnswer> {
  const response = await fetch(`${stack.url}/storage/v1/object/${bucket}/${objectName}`, {
    method,
    headers: {
      ...{ apikey: stack.publishableKey, authorization: `Bearer ${accessToken}` },
      ...{ 'content-type': content.type, ...headers },
    },
    body: content.bytes,
  });
  const body = (await response.json().catch(() => ({}))) as { statusCode?: string };
  return { status: response.status, statusCode: body.statusCode };
}

/** A whole upload, as the app does it. */
export async function upload(
  person: Person,
  clinic: Clinic,
  clientId: string,
  content: Content = textFile(),
): Promise<StoredFile> {
  const begun = await begin(person, clinic, clientId, content);
  const { status } = await put(person.accessToken, begun.object_name, content);
  if (status !== 200) throw new Error(`Storage answered ${status} to the upload`);
  return call<StoredFile>(person.client, 'finish_upload', { tenant_id: clinic.id, file_id: begun.file_id });
}
