import * as z from 'zod';
import { findBehaviour } from '../behaviours.ts';
import { disconnect } from '../feeds.ts';
import { announceConnection, unlink } from '../linking.ts';
import type { ConnectionRecord } from '../records.ts';
import { connectionView } from '../views.ts';
import { ApiError, quote } from './errors.ts';
import type { Listed } from './kinds.ts';
import { text } from './fields.ts';
import { companyOf, connectionOf, ok, type Operation, parseBody } from './operation.ts';
import { page } from './paging.ts';

const path = '/companies/:companyId/connections';

const connections: Listed = {
  name: 'DataConnection',
  service: 'ClientsApi',
  properties: {
    id: 'text',
    integrationId: 'text',
    integrationKey: 'text',
    sourceId: 'text',
    sourceType: 'text',
    platformName: 'text',
    status: 'text',
    created: 'date',
    lastSync: 'date',
  },
};

const listConnections: Operation = {
  id: 'list-connections',
  method: 'GET',
  path,
  handle: (call) =>
    page(call, {
      items: call.core.world.connectionsOf(companyOf(call).id),
      view: (connection) => connectionView(call.core, connection),
      listed: connections,
    }),
};

const createConnection: Operation = {
  id: 'create-connection',
  method: 'POST',
  path,
  handle(call) {
    const { core } = call;
    const company = companyOf(call);
    const { platformKey } = parseBody(z.object({ platformKey: text(200) }), call.body);
    if (findBehaviour(platformKey) === undefined) {
      throw new ApiError(404, `No integration was found with the platform key ${quote(platformKey)}`, {
        service: 'ClientsApi',
      });
    }
    const connection: ConnectionRecord = {
      id: core.ids.next('connection'),
      companyId: company.id,
      platformKey,
      integrationId: core.ids.named(`integration ${platformKey}`),
      sourceId: core.ids.named(`source ${platformKey}`),
      status: 'PendingAuth',
      created: core.clock.now(),
      linkGeneration: 1,
      errors: [],
    };
    core.world.addConnection(connection);
    announceConnection(core, connection, 'created');
    core.changed();
    return ok(connectionView(core, connection));
  },
};

const getConnection: Operation = {
  id: 'get-connection',
  method: 'GET',
  path: `${path}/:connectionId`,
  handle: (call) => ok(connectionView(call.core, connectionOf(call))),
};

const unlinkConnection: Operation = {
  id: 'unlink-connection',
  method: 'PATCH',
  path: `${path}/:connectionId`,
  handle(call) {
    const connection = connectionOf(call);
    const { status } = parseBody(z.strictObject({ status: text(40).nullish() }), call.body);
    if (status !== 'Unlinked') {
      throw new ApiError(400, 'status: the only status a connection can be given is "Unlinked".');
    }
    if (connection.status !== 'Linked') {
      throw new ApiError(400, `Only a Linked connection can be unlinked; this one is ${connection.status}.`);
    }
    unlink(call.core, connection, 'Unlinked');
    return ok(connectionView(call.core, connection));
  },
};

const deleteConnection: Operation = {
  id: 'delete-connection',
  method: 'DELETE',
  path: `${path}/:connectionId`,
  handle(call) {
    const { core } = call;
    const connection = connectionOf(call);
    for (const account of core.world.accountsOf(connection.id)) disconnect(core, account, 'disconnected');
    announceConnection(core, connection, 'deleted');
    core.world.removeConnection(connection.id);
    core.changed();
    return { status: 200 };
  },
};

export const connectionOperations: readonly Operation[] = [
  listConnections,
  createConnection,
  getConnection,
  unlinkConnection,
  deleteConnection,
];
