/** Refusals as the providers word them. */

export function openAiError(status: number, apiKey: string, given?: string): unknown {
  const [type, code, message] =
    {
      // The real one repeats part of the key that was given.
      401: [
        'invalid_request_error',
        'invalid_api_key',
        `Incorrect API key provided: ${apiKey.slice(0, 8)}***.`,
      ],
      403: [
        'invalid_request_error',
        'unsupported_country_region_territory',
        'Country, region, or territory not supported',
      ],
      404: [
        'invalid_request_error',
        'model_not_found',
        'The model does not exist or you do not have access to it.',
      ],
      429: ['insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'],
      503: ['server_error', null, 'The engine is currently overloaded, please try again later'],
    }[status] ??
    (status < 500
      ? ['invalid_request_error', null, 'Invalid request.']
      : ['server_error', null, 'The server had an error.']);
  return { error: { message, type, param: null, code: given ?? code } };
}

export function geminiError(status: number): unknown {
  const names: Record<number, string> = {
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    429: 'RESOURCE_EXHAUSTED',
    503: 'UNAVAILABLE',
  };
  const isKey = status === 400;
  const message = isKey ? 'API key not valid. Please pass a valid API key.' : 'An error has occurred.';
  const details = isKey
    ? [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'API_KEY_INVALID',
          domain: 'googleapis.com',
        },
      ]
    : [];
  return {
    error: {
      code: status,
      message,
      status: names[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'),
      details,
    },
  };
}

/** https://docs.exa.ai/reference/error-codes */
export function exaError(status: number): unknown {
  const tags: Record<number, string> = {
    401: 'INVALID_API_KEY',
    402: 'NO_MORE_CREDITS',
    429: 'RATE_LIMITED',
  };
  return { requestId: 'simulated', error: 'The request was refused.', tag: tags[status] ?? 'ERROR' };
}
