import type { CallOptions, Http, WriteOptions } from '../http.ts';
import { bankFeedMappings, createMappingRequest, mappingResult } from '../schemas/mapping.ts';
import type { BankFeedMapping, CreateMappingRequest, MappingResult } from '../schemas/mapping.ts';
import { bodyOf } from './arguments.ts';
import { connectionPath } from './connections.ts';

/** Every source account carries its own options: 1,000 accounts by 500 targets come to some 60 MB. */
const mappingBytes = 96_000_000;

export const mappingCalls = (http: Http) => {
  const mappingPath = (companyId: string, connectionId: string): string =>
    `${connectionPath(companyId, connectionId)}/bankFeedAccounts/mapping`;

  return {
    /** One for each source account. Not for QuickBooks Online and Sage, where mapping is inside the software. */
    async getMappings(companyId: string, connectionId: string, options: CallOptions = {}): Promise<BankFeedMapping[]> {
      const path = mappingPath(companyId, connectionId);
      const about = { operation: 'getMappings', method: 'GET', path, maxBytes: mappingBytes } as const;
      return (await http.json({ ...options, ...about }, bankFeedMappings)).value;
    },

    /** Answers `connecting` first; a refusal may come as status `Failed` with an error, not as an HTTP error. */
    async createMapping(
      companyId: string,
      connectionId: string,
      request: CreateMappingRequest,
      options: WriteOptions = {},
    ): Promise<MappingResult> {
      const body = bodyOf('mapping', createMappingRequest, request);
      const about = { operation: 'createMapping', method: 'POST', path: mappingPath(companyId, connectionId) } as const;
      return (await http.json({ ...options, ...about, body }, mappingResult)).value;
    },
  };
};
