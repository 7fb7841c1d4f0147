import type { CallOptions, Http, WriteOptions } from '../http.ts';
import { segment } from '../paths.ts';
import { connectionAuthorization, type ConnectionAuthorization } from '../schemas/access.ts';
import { companyInformation, type CompanyInformation } from '../schemas/company.ts';
import { connection, connectionPage, createConnectionRequest } from '../schemas/connection.ts';
import type { Connection, ConnectionPage, CreateConnectionRequest } from '../schemas/connection.ts';
import { bodyOf, listQuery, pageBytes, type ListOptions } from './arguments.ts';
import { companyPath } from './companies.ts';
import { everyItem, type ListAllOptions } from './every-item.ts';

export const connectionPath = (companyId: string, connectionId: string): string =>
  `${companyPath(companyId)}/connections/${segment('connectionId', connectionId)}`;

export const connectionCalls = (http: Http) => {
  const listConnections = async (
    companyId: string,
    list: ListOptions = {},
    options: CallOptions = {},
  ): Promise<ConnectionPage> => {
    const path = `${companyPath(companyId)}/connections`;
    const about = { operation: 'listConnections', method: 'GET', path } as const;
    const call = { ...options, ...about, query: listQuery(list), maxBytes: pageBytes(list) };
    return (await http.json(call, connectionPage)).value;
  };

  return {
    listConnections,

    /** Each of them, page by page as they are asked for. */
    listAllConnections: (companyId: string, list: ListAllOptions = {}, options: CallOptions = {}) =>
      everyItem(
        'listAllConnections',
        ({ id }: Connection) => id,
        (page) => listConnections(companyId, { ...list, page }, options),
      ),

    /** `platformKey` is Codat's: `gbol` for Xero. The answer's `linkUrl` is where the user consents. */
    async createConnection(
      companyId: string,
      request: CreateConnectionRequest,
      options: WriteOptions = {},
    ): Promise<Connection> {
      const body = bodyOf('connection', createConnectionRequest, request);
      const path = `${companyPath(companyId)}/connections`;
      const about = { operation: 'createConnection', method: 'POST', path, body } as const;
      return (await http.json({ ...options, ...about }, connection)).value;
    },

    /** Hands out a fresh `linkUrl` where the old one is used up. A deleted connection is a 404. */
    async getConnection(companyId: string, connectionId: string, options: CallOptions = {}): Promise<Connection> {
      const path = connectionPath(companyId, connectionId);
      return (await http.json({ ...options, operation: 'getConnection', method: 'GET', path }, connection)).value;
    },

    /** Only a linked connection can be unlinked; it can be linked again by the same `linkUrl` flow. */
    async unlinkConnection(companyId: string, connectionId: string, options: WriteOptions = {}): Promise<Connection> {
      const path = connectionPath(companyId, connectionId);
      const about = { operation: 'unlinkConnection', method: 'PATCH', path, body: '{"status":"Unlinked"}' } as const;
      return (await http.json({ ...options, ...about }, connection)).value;
    },

    async deleteConnection(companyId: string, connectionId: string, options: CallOptions = {}): Promise<void> {
      const path = connectionPath(companyId, connectionId);
      await http.empty({ ...options, operation: 'deleteConnection', method: 'DELETE', path });
    },

    /** Links a connection that the user began inside Sage: `{authorizationId, bankId}`, as Sage gave them. */
    async updateConnectionAuthorization(
      companyId: string,
      connectionId: string,
      authorization: ConnectionAuthorization,
      options: CallOptions = {},
    ): Promise<Connection> {
      const body = bodyOf('authorization', connectionAuthorization, authorization);
      const path = `${connectionPath(companyId, connectionId)}/authorization`;
      const about = { operation: 'updateConnectionAuthorization', method: 'PUT', path, body } as const;
      return (await http.json({ ...options, ...about, confidential: true }, connection)).value;
    },

    /** Xero and NetSuite only; other software answers with an error. */
    async getCompanyInformation(
      companyId: string,
      connectionId: string,
      options: CallOptions = {},
    ): Promise<CompanyInformation> {
      const path = `${connectionPath(companyId, connectionId)}/bankFeeds/info`;
      const about = { operation: 'getCompanyInformation', method: 'GET', path } as const;
      return (await http.json({ ...options, ...about }, companyInformation)).value;
    },
  };
};
