/* oxlint-disable unicorn/require-post-message-target-origin -- a worker's messages have no origin to name */
/** One worker that serves one function, seen from the supervising thread. */

const bootLimitMilliseconds = 60_000;
/** A thread that does not answer for this long is busy looping; the platform stops functions after 2 s of CPU time. */
const unresponsiveMilliseconds = 10_000;
const pongLimitMilliseconds = 2_000;

type Message = { kind: 'ready'; port: number } | { kind: 'failed' } | { kind: 'pong' } | { kind: 'idle' };

/** The platform's answers for functions that do not answer themselves. */
const failures = {
  boot: [503, 'BOOT_ERROR', 'Worker failed to boot (please check logs)'],
  died: [500, 'WORKER_ERROR', 'Function exited due to an error (please check logs)'],
  looping: [
    546,
    'WORKER_LIMIT',
    'Function failed due to not having enough compute resources (please check logs)',
  ],
  slow: [504, 'IDLE_TIMEOUT', 'Function did not answer within the time limit'],
} as const;

export class FunctionWorker {
  isDead = false;
  readonly #worker: Worker;
  readonly #port: Promise<number | null>;
  #ended = Promise.withResolvers<'died' | 'looping'>();
  #inFlight = 0;
  #lastPong = Date.now();
  #watch: number | undefined;
  readonly #name: string;

  constructor(name: string, entry: string) {
    this.#name = name;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url).href, { type: 'module', name });
    const port = Promise.withResolvers<number | null>();
    this.#port = port.promise;
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'ready') port.resolve(data.port);
      if (data.kind === 'failed') port.resolve(null);
      if (data.kind === 'pong') this.#lastPong = Date.now();
      // A request that is on its way to the worker is not known there yet.
      if (data.kind === 'idle' && this.#inFlight === 0) this.#end('died');
    });
    this.#worker.addEventListener('error', (event) => {
      // Without this the error would end the whole process.
      event.preventDefault();
      console.error(
        JSON.stringify({ level: 'error', function: name, event: 'uncaught', message: event.message }),
      );
      port.resolve(null);
      this.#end('died');
    });
    setTimeout(() => port.resolve(null), bootLimitMilliseconds);
    this.#worker.postMessage({ kind: 'start', entry });
  }

  /** Forwards a request; always answers, whatever the function does. */
  async answer(request: Request, wallLimitMilliseconds: number): Promise<Response> {
    this.#inFlight += 1;
    try {
      return await this.#forward(request, wallLimitMilliseconds);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) {
        clearInterval(this.#watch);
        this.#watch = undefined;
      }
    }
  }

  async #forward(request: Request, wallLimitMilliseconds: number): Promise<Response> {
    const port = await this.#port;
    if (port === null) {
      this.#end('died');
      return failure('boot');
    }
    this.#watch ??= this.#startWatch();
    const limit = Promise.withResolvers<'slow'>();
    const timer = setTimeout(() => limit.resolve('slow'), wallLimitMilliseconds);
    try {
      const { pathname, search } = new URL(request.url);
      const forwarded = fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
        ...{ method: request.method, headers: request.headers, body: request.body },
        ...{ redirect: 'manual', signal: request.signal },
      });
      // A connection that breaks means that the worker ended; its end says why.
      const answered = forwarded.catch(() => (this.isDead ? this.#ended.promise : ('died' as const)));
      const outcome = await Promise.race([answered, this.#ended.promise, limit.promise]);
      if (outcome === 'slow') this.#endUnlessResponsive();
      return typeof outcome === 'string' ? failure(outcome) : outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets what runs finish, including `waitUntil`, and ends the worker then or after the limit. */
  retire(limitMilliseconds: number): void {
    if (this.isDead) return;
    this.#worker.postMessage({ kind: 'retire' });
    setTimeout(() => this.#end('died'), limitMilliseconds);
  }

  /** Asks the thread every second whether it is alive, while requests wait. */
  #startWatch(): number {
    this.#lastPong = Date.now();
    return setInterval(() => {
      this.#worker.postMessage({ kind: 'ping' });
      if (Date.now() - this.#lastPong < unresponsiveMilliseconds) return;
      console.error(JSON.stringify({ level: 'error', function: this.#name, event: 'stopped_looping' }));
      this.#end('looping');
    }, 1_000);
  }

  /** After a timeout: a thread that waits may go on with its other requests, one that loops may not. */
  #endUnlessResponsive(): void {
    const asked = Date.now();
    this.#worker.postMessage({ kind: 'ping' });
    setTimeout(() => {
      if (this.#lastPong < asked) this.#end('looping');
    }, pongLimitMilliseconds);
  }

  #end(reason: 'died' | 'looping'): void {
    if (this.isDead) return;
    this.isDead = true;
    clearInterval(this.#watch);
    this.#ended.resolve(reason);
    this.#worker.terminate();
  }
}

function failure(kind: keyof typeof failures): Response {
  const [status, code, message] = failures[kind];
  return Response.json({ code, message }, { status });
}
