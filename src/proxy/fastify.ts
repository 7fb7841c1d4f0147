import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BankFeedProxy } from './create-proxy.ts';
import { toNode } from './node.ts';

/** As much of Fastify as is used, so that its types are not needed where it is not. */
interface FastifyRequest {
  readonly raw: IncomingMessage;
}
interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}
interface FastifyInstance {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    parser: (request: FastifyRequest, payload: IncomingMessage, done: (error: null) => void) => void,
  ): unknown;
  all(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => void): unknown;
}

/**
 * A Fastify plugin: register it with the path of `publicUrl` as its prefix. Body parsers are left outside of it;
 * `authorize` gets Fastify's own request.
 */
export const toFastify =
  (proxy: Pick<BankFeedProxy, 'fetch'>) =>
  async (fastify: FastifyInstance): Promise<void> => {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
    fastify.all('/*', (native, reply) => {
      reply.hijack();
      void toNode({ fetch: (request, env) => proxy.fetch(request, { ...env, native }) })(native.raw, reply.raw);
    });
  };
