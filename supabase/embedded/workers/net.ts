/** Sends what `net.http_*` has queued, with pg_net's manners: a whole batch at a time, answers kept for six hours. */
import type postgres from 'postgres';

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
}

interface StoredResponse {
  id: string;
  status_code: number | null;
  content_type: string | null;
  headers: postgres.JSONValue;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

const batchSize = 200;

/** Starts the worker; the returned function stops it after the batch under way. */
export async function startNetWorker(
  admin: postgres.Sql,
  log: (text: string) => void,
): Promise<() => Promise<void>> {
  let isWoken = false;
  let isStopped = false;
  let running = Promise.resolve();
  const wake = () => {
    if (isWoken || isStopped) return;
    isWoken = true;
    // pg_net reads its queue again only when the whole batch is answered; a slow request holds up the next ones.
    running = running
      .then(async () => {
        isWoken = false;
        while (!isStopped && (await sendBatch(admin)) === batchSize);
      })
      .catch((error: unknown) => log(`net: ${(error as Error).message}`));
  };
  const { unlisten } = await admin.listen('net_queue', wake, wake);
  return async () => {
    isStopped = true;
    await unlisten();
    await running;
  };
}

/** Takes a batch off the queue, sends it and stores the answers. Returns how many there were. */
async function sendBatch(admin: postgres.Sql): Promise<number> {
  await admin`delete from net._http_response where created < now() - interval '6 hours'`;
  const requests = await admin<QueuedRequest[]>`
    delete from net.http_request_queue where id in
      (select id from net.http_request_queue order by id limit ${batchSize}) returning *`;
  if (requests.length === 0) return 0;
  const responses = await Promise.all(requests.map(send));
  await admin`insert into net._http_response ${admin(responses as never)}`;
  return requests.length;
}

async function send(request: QueuedRequest): Promise<StoredResponse> {
  const nothing = {
    status_code: null,
    content_type: null,
    headers: null,
    content: null,
    timed_out: false,
    error_msg: null,
  };
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { 'User-Agent': 'pg_net', ...request.headers },
      body: request.body as RequestInit['body'],
      signal: AbortSignal.timeout(request.timeout_milliseconds),
    });
    return {
      ...nothing,
      id: request.id,
      status_code: response.status,
      content_type: response.headers.get('content-type'),
      headers: Object.fromEntries(response.headers),
      // Postgres cannot hold NUL in a text, and one such answer must not lose the whole batch.
      content: (await response.text()).replaceAll('\0', ''),
    };
  } catch (error) {
    const isTimeout = (error as Error).name === 'TimeoutError';
    const error_msg = isTimeout ? `Timeout of ${request.timeout_milliseconds} ms reached` : reason(error);
    return { ...nothing, id: request.id, timed_out: isTimeout, error_msg };
  }
}

/** fetch hides the reason in `cause`. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
