/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/* oxlint-disable unicorn/require-post-message-target-origin -- a worker's messages have no origin to name */
/** The thread of one function: imports it, serves it on a port of its own, and offers `EdgeRuntime`. */

interface EdgeFunction {
  fetch: (request: Request) => Response | Promise<Response>;
}

const background = new Set<Promise<unknown>>();
let inFlight = 0;
let isRetired = false;

Object.assign(globalThis, {
  EdgeRuntime: {
    /** Keeps the worker alive until the promise settles, after the response has been sent. */
    waitUntil(work: Promise<unknown>): void {
      const settled = Promise.resolve(work)
        .catch((error: unknown) =>
          console.error(JSON.stringify({ level: 'error', event: 'background', message: String(error) })),
        )
        .finally(() => {
          background.delete(settled);
          leaveWhenIdle();
        });
      background.add(settled);
    },
  },
});

self.addEventListener('message', ({ data }: MessageEvent<{ kind: string; entry?: string }>) => {
  if (data.kind === 'ping') self.postMessage({ kind: 'pong' });
  if (data.kind === 'start' && data.entry) void start(data.entry);
  if (data.kind === 'retire') {
    isRetired = true;
    leaveWhenIdle();
  }
});

async function start(entry: string): Promise<void> {
  try {
    const module = (await import(entry)) as { default?: EdgeFunction };
    if (typeof module.default?.fetch !== 'function')
      throw new Error('The function has no `export default { fetch }`.');
    const { fetch } = module.default;
    const server = Deno.serve(
      { hostname: '127.0.0.1', port: 0, onListen: () => undefined, onError },
      async (request) => {
        inFlight += 1;
        try {
          return await fetch(request);
        } finally {
          inFlight -= 1;
          // The response still has to leave this thread.
          setTimeout(leaveWhenIdle, 1_000);
        }
      },
    );
    self.postMessage({ kind: 'ready', port: server.addr.port });
  } catch (error) {
    console.error(
      JSON.stringify({
        level: 'error',
        event: 'boot',
        message: error instanceof Error ? error.message : String(error),
      }),
    );
    self.postMessage({ kind: 'failed' });
  }
}

function onError(error: unknown): Response {
  console.error(
    JSON.stringify({
      level: 'error',
      event: 'uncaught',
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  return Response.json(
    { code: 'WORKER_ERROR', message: 'Function exited due to an error (please check logs)' },
    { status: 500 },
  );
}

function leaveWhenIdle(): void {
  if (isRetired && inFlight === 0 && background.size === 0) self.postMessage({ kind: 'idle' });
}
