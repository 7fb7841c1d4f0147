import { nodeVersion } from './runtime.ts';
import {
  fetchTransport,
  timed,
  type ClosableTransport,
  type NodeTransportOptions,
  type Transport,
} from './transport.ts';

/**
 * Node's transport where there is a Node, fetch elsewhere (and there the options have no effect). Node's
 * modules are loaded at the first request, so that this file can be imported anywhere.
 */
export function createDefaultTransport(options: NodeTransportOptions = {}): ClosableTransport {
  if (nodeVersion() === undefined) return Object.assign(timed(fetchTransport), { close: async () => {} });
  const open = () => import('./node-transport.ts').then(({ createNodeTransport }) => createNodeTransport(options));
  let opened: ReturnType<typeof open> | undefined;
  const transport: Transport = async (request) => (await (opened ??= open()))(request);
  return Object.assign(transport, { close: async () => (await opened)?.close() });
}
