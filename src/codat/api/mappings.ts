import type { CallOptions, WriteOptions } from '../call-options.ts';
import type { Http } from '../http.ts';
import { bankFeedMappings, createMappingRequest, mappingResult } from '../schemas/mapping.ts';
import type { BankFeedMapping, CreateMappingRequest, MappingResult } from '../schemas/mapping.ts';
import { bodyOf } from './arguments.ts';
import { connectionPath } from './connections.ts';

/** Every source account carries its own options: 1,000 accounts by 500 targets come to some 60 MB. */
const mappingBytes = 96_000_000;

export interface MappingCalls {
  /** One for each source account. Not for QuickBooks Online and Sage, where mapping is inside the software. */
  getMappings(companyId: string, connectionId: string, options?: CallOptions): Promise<BankFeedMapping[]>;

  /** Answers `connecting` first; a refusal may come as status `Failed` with an error, not as an HTTP error. */
  createMapping(
    companyId: string,
    connectionId: string,
    mapping: CreateMappingRequest,
    options?: WriteOptions,
  ): Promise<MappingResult>;
}

export const mappingCalls = (http: Http): MappingCalls => {
  const mappingPath = (companyId: string, connectionId: string): string =>
    `${connectionPath(companyId, connectionId)}/bankFeedAccounts/mapping`;

  return {
    async getMappings(companyId, connectionId, options) {
      const path = mappingPath(companyId, connectionId);
      const about = { operation: 'getMappings', method: 'GET', path, maxBytes: mappingBytes } as const;
      return http.json({ ...options, ...about }, bankFeedMappings);
    },

    async createMapping(companyId, connectionId, request, options) {
      const path = mappingPath(companyId, connectionId);
      const body = bodyOf('mapping', createMappingRequest, request);
      return http.json({ ...options, operation: 'createMapping', method: 'POST', path, body }, mappingResult);
    },
  };
};
