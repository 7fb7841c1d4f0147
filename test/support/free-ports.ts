import { once } from 'node:events';
import { createServer } from 'node:net';

/** So many ports of loopback, each another, that nobody listens on just now. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const at = server.address();
    if (at === null || typeof at === 'string') throw new Error('A server on loopback has no port.');
    return at.port;
  });
  await Promise.all(
    servers.map((server) => {
      server.close();
      return once(server, 'close');
    }),
  );
  return ports;
};

export const freePort = async (): Promise<number> => {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('No port is free.');
  return port;
};
