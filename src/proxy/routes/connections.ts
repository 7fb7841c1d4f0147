import { Hono } from 'hono';
import { isCodatError } from '../../codat/index.ts';
import { platforms } from '../../contract/platforms.ts';
import { createConnectionBody, type Connection } from '../../contract/schemas.ts';
import { requireScope, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { readBody } from '../body.ts';
import { inWords } from '../codat-problem.ts';
import { currentConnection, type ConnectionView } from '../company-view.ts';
import { wordsAbout } from '../known-words.ts';
import { Problem } from '../problem.ts';
import type { RouteParts } from './parts.ts';

export const wireConnection = (connection: ConnectionView): Connection => ({
  id: connection.wireId,
  platform: connection.platform ?? 'unknown',
  status: connection.status === 'deleted' ? 'unknown' : connection.status,
  createdAt: connection.createdAt,
  problem: connection.problem,
});

export const anotherIsLinked = (): Problem =>
  new Problem(
    'connection_active',
    'Another accounting software is connected. Disconnect it first, then connect this one.',
  );

export const connectionRoutes = (parts: RouteParts) => {
  const { authenticate, codat, changed, view } = parts;
  /** Two clicks at once are one connection: the second waits, and finds what the first one made. */
  const creating = new Map<string, Promise<unknown>>();
  const inTurn = async <Result>(companyId: string, work: () => Promise<Result>): Promise<Result> => {
    const before = creating.get(companyId) ?? Promise.resolve();
    const mine = before.then(work, work);
    creating.set(companyId, mine);
    try {
      return await mine;
    } finally {
      if (creating.get(companyId) === mine) creating.delete(companyId);
    }
  };

  /**
   * First: while a set still opens something, the connection must not count as ended, so a failure here ends the call
   * and it can be asked for again. Codat does not say that unlinking or deleting takes them back.
   */
  const revoke = async (companyId: string, { id, platform }: ConnectionView): Promise<void> => {
    if (!platform || platforms[platform].connect !== 'credentials') return;
    try {
      await codat.deleteBankFeedCredentials(companyId, id);
    } catch (error) {
      // None were made; a connection that is no more says so at the next call.
      if (!isCodatError(error) || error.kind !== 'http' || error.status !== 404) throw error;
    }
  };

  return new Hono<ProxyEnv>()
    .post('/connections', requireScope(authenticate, 'feeds:connect'), async (context) => {
      const { companyId, connections: given } = context.get('session');
      if (given) throw new Problem('forbidden', 'This session is for connections that exist: it may make no new one.');
      const { platform } = await readBody(context.req.raw, createConnectionBody);
      if (!parts.platforms.includes(platform))
        throw new Problem('platform_not_allowed', `${platforms[platform].name} is not offered here.`, {
          field: 'platform',
        });
      return inTurn(companyId, async () => {
        view.invalidate(companyId);
        const connections = await view.connections(companyId);
        const current = currentConnection(connections);
        // One of the same software that is not the current one is past: the widget would go on showing what came after.
        if (current?.platform === platform) return json(wireConnection(current), 200);
        if (current?.platform && current.status === 'linked') throw anotherIsLinked();
        const created = await codat.createConnection(companyId, { platformKey: platforms[platform].codatKey });
        await changed(companyId, created.id);
        const connection = (await view.connections(companyId)).find(({ id }) => id === created.id);
        if (!connection) throw new Problem('upstream_invalid', 'The new connection is not listed yet. Try again.');
        return json(wireConnection(connection), 201);
      });
    })

    .post('/connections/:connection/disconnect', requireScope(authenticate, 'feeds:disconnect'), async (context) => {
      const { companyId } = context.get('session');
      const connection = await view.connection(companyId, context.req.param('connection'));
      if (connection.status !== 'linked')
        throw new Problem('connection_not_linked', 'The accounting software is not connected, so nothing was changed.');
      await revoke(companyId, connection);
      await inWords(wordsAbout(companyId, connection.id), () => codat.unlinkConnection(companyId, connection.id));
      await changed(companyId, connection.id);
      parts.watch.ask(companyId);
      return json(wireConnection({ ...connection, status: 'unlinked', problem: undefined }));
    })

    .delete('/connections/:connection', requireScope(authenticate, 'feeds:disconnect'), async (context) => {
      const { companyId } = context.get('session');
      const connection = await view.connection(companyId, context.req.param('connection'));
      if (connection.status !== 'pending')
        throw new Problem(
          'invalid_request',
          'Only an unfinished connection is cancelled; disconnect this one instead.',
        );
      await revoke(companyId, connection);
      await inWords(wordsAbout(companyId, connection.id), () => codat.deleteConnection(companyId, connection.id));
      await changed(companyId, connection.id);
      parts.watch.ask(companyId);
      return context.body(null, 204);
    });
};
