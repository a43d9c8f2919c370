import { stack } from './environment.ts';

export interface FunctionAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Calls a function as the holder of this token; null sends none. */
export async function callFunction(
  name: string,
  accessToken: string | null,
  input: unknown,
  headers: Record<string, string> = {},
): Promise<FunctionAnswer> {
  const response = await fetch(`${stack.url}/functions/v1/${name}`, {
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
