import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { requireFreePorts } from './stack-ports.ts';

test('a taken port is named, with its purpose and how to choose another', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const refused = requireFreePorts({ 'db-port': String(port) });
  await expect(refused).rejects.toThrow(`Port ${port}, for the database, is taken`);
  await expect(refused).rejects.toThrow(`--db-port ${port + 1}   (or CHAIRSIDE_DB_PORT=${port + 1})`);
  await new Promise((resolve) => server.close(resolve));
  await expect(requireFreePorts({ 'db-port': String(port) })).resolves.toBeUndefined();
});

test.each(['0', '65536', 'http', ''])('"%s" is no port', async (text) => {
  await expect(requireFreePorts({ port: text })).rejects.toThrow('must be a port number');
});
