/**
 * Runs the project's Edge Functions, each in a worker of its own, inside one Deno process that the stack supervises.
 * This thread runs no project code, so a function that loops or dies takes nothing else with it.
 *
 * Arguments: the functions directory, the wall limit in milliseconds. Prints `LISTENING <port>` when ready.
 * `POST /` on the control path makes new workers for new requests, after a file has changed.
 */
import { FunctionWorker } from './function-worker.ts';

const [directory = '', wallLimit = '150000'] = Deno.args;
const wallLimitMilliseconds = Number(wallLimit);
const workers = new Map<string, FunctionWorker>();

const server = Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: () => undefined }, async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === '/-/reload') {
    for (const worker of workers.values()) worker.retire(wallLimitMilliseconds);
    workers.clear();
    return new Response(null, { status: 204 });
  }
  const name = pathname.split('/')[1] ?? '';
  const worker = currentWorker(name);
  return await worker.answer(request, wallLimitMilliseconds);
});
console.log(`LISTENING ${server.addr.port}`);

function currentWorker(name: string): FunctionWorker {
  const current = workers.get(name);
  if (current && !current.isDead) return current;
  const worker = new FunctionWorker(name, new URL(`file://${directory}/${name}/index.ts`).href);
  workers.set(name, worker);
  return worker;
}
