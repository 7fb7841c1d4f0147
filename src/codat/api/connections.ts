import type { CallOptions, WriteOptions } from '../call-options.ts';
import type { Http } from '../http.ts';
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

export interface ConnectionCalls {
  listConnections(companyId: string, list?: ListOptions, options?: CallOptions): Promise<ConnectionPage>;

  /** Each of them, page by page as they are asked for. */
  listAllConnections(
    companyId: string,
    list?: ListAllOptions,
    options?: CallOptions,
  ): AsyncGenerator<Connection, void, undefined>;

  /** `platformKey` is Codat's: `gbol` for Xero. The answer's `linkUrl` is where the user consents. */
  createConnection(companyId: string, connection: CreateConnectionRequest, options?: WriteOptions): Promise<Connection>;

  /** Hands out a fresh `linkUrl` where the old one is used up. A deleted connection is a 404. */
  getConnection(companyId: string, connectionId: string, options?: CallOptions): Promise<Connection>;

  /** Only a linked connection can be unlinked; it can be linked again by the same `linkUrl` flow. */
  unlinkConnection(companyId: string, connectionId: string, options?: WriteOptions): Promise<Connection>;

  /** Revokes and removes it; to have it again, the user connects anew. */
  deleteConnection(companyId: string, connectionId: string, options?: CallOptions): Promise<void>;

  /** Links a connection that the user began inside Sage: `{authorizationId, bankId}`, as Sage gave them. */
  updateConnectionAuthorization(
    companyId: string,
    connectionId: string,
    authorization: ConnectionAuthorization,
    options?: CallOptions,
  ): Promise<Connection>;

  /** Xero and NetSuite only; other software answers with an error. */
  getCompanyInformation(companyId: string, connectionId: string, options?: CallOptions): Promise<CompanyInformation>;
}

export const connectionCalls = (http: Http): ConnectionCalls => {
  const listConnections: ConnectionCalls['listConnections'] = async (companyId, list = {}, options = {}) => {
    const path = `${companyPath(companyId)}/connections`;
    const about = { operation: 'listConnections', method: 'GET', path, maxBytes: pageBytes(list) } as const;
    return http.json({ ...options, ...about, query: listQuery(list) }, connectionPage);
  };

  return {
    listConnections,

    listAllConnections: (companyId, list, options) =>
      everyItem(
        'listAllConnections',
        ({ id }: Connection) => id,
        (page) => listConnections(companyId, { ...list, page }, options),
      ),

    async createConnection(companyId, request, options) {
      const path = `${companyPath(companyId)}/connections`;
      const body = bodyOf('connection', createConnectionRequest, request);
      return http.json({ ...options, operation: 'createConnection', method: 'POST', path, body }, connection);
    },

    async getConnection(companyId, connectionId, options) {
      const path = connectionPath(companyId, connectionId);
      return http.json({ ...options, operation: 'getConnection', method: 'GET', path }, connection);
    },

    async unlinkConnection(companyId, connectionId, options) {
      const path = connectionPath(companyId, connectionId);
      const body = '{"status":"Unlinked"}';
      return http.json({ ...options, operation: 'unlinkConnection', method: 'PATCH', path, body }, connection);
    },

    async deleteConnection(companyId, connectionId, options) {
      const path = connectionPath(companyId, connectionId);
      return http.empty({ ...options, operation: 'deleteConnection', method: 'DELETE', path });
    },

    async updateConnectionAuthorization(companyId, connectionId, authorization, options) {
      const path = `${connectionPath(companyId, connectionId)}/authorization`;
      const body = bodyOf('authorization', connectionAuthorization, authorization);
      const about = { operation: 'updateConnectionAuthorization', method: 'PUT', path, confidential: true } as const;
      return http.json({ ...options, ...about, body }, connection);
    },

    async getCompanyInformation(companyId, connectionId, options) {
      const path = `${connectionPath(companyId, connectionId)}/bankFeeds/info`;
      return http.json({ ...options, operation: 'getCompanyInformation', method: 'GET', path }, companyInformation);
    },
  };
};
