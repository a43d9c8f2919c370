import { stack } from '../../support/environment.ts';

export interface LinkAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Asks for a link to a file as the holder of this token; null sends none. */
export async function callFileLink(
  accessToken: string | null,
  input: unknown,
  headers: Record<string, string> = {},
): Promise<LinkAnswer> {
  const response = await fetch(`${stack.url}/functions/v1/file-link`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', apikey: stack.publishableKey, ...headers },
      ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** Follows a link that the function has given out, as a browser would: without any token of a session. */
export function follow(url: unknown): Promise<Response> {
  return fetch(new URL(String(url), stack.url));
}
