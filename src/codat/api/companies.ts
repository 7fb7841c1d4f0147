import type { CallOptions, Http, WriteOptions } from '../http.ts';
import { segment } from '../paths.ts';
import { companyAccessToken, type CompanyAccessToken } from '../schemas/access.ts';
import { company, companyPage, createCompanyRequest, updateCompanyRequest } from '../schemas/company.ts';
import type { Company, CompanyPage, CreateCompanyRequest, UpdateCompanyRequest } from '../schemas/company.ts';
import { bodyOf, listQuery, pageBytes, type ListOptions } from './arguments.ts';
import { everyItem } from './every-item.ts';

export const companyPath = (companyId: string): string => `/companies/${segment('companyId', companyId)}`;

export interface ListCompaniesOptions extends ListOptions {
  /** A filter in Codat's query language: `region = uk && team = feeds`. */
  readonly tags?: string | undefined;
}

export const companyCalls = (http: Http) => {
  const listCompanies = async (list: ListCompaniesOptions = {}, options: CallOptions = {}): Promise<CompanyPage> => {
    const query = { ...listQuery(list), tags: list.tags };
    const about = { operation: 'listCompanies', method: 'GET', path: '/companies' } as const;
    return (await http.json({ ...options, ...about, query, maxBytes: pageBytes(list) }, companyPage)).value;
  };

  return {
    listCompanies,

    /** Each of them, page by page as they are asked for. */
    listAllCompanies: (list: Omit<ListCompaniesOptions, 'page'> = {}, options: CallOptions = {}) =>
      everyItem(
        'listAllCompanies',
        ({ id }: Company) => id,
        (page) => listCompanies({ ...list, page }, options),
      ),

    /** Names need not be unique, and Codat removes characters it does not allow. */
    async createCompany(request: CreateCompanyRequest, options: WriteOptions = {}): Promise<Company> {
      const body = bodyOf('company', createCompanyRequest, request);
      const call = { ...options, operation: 'createCompany', method: 'POST', path: '/companies', body } as const;
      return (await http.json(call, company)).value;
    },

    async getCompany(companyId: string, options: CallOptions = {}): Promise<Company> {
      const call = { ...options, operation: 'getCompany', method: 'GET', path: companyPath(companyId) } as const;
      return (await http.json(call, company)).value;
    },

    /** Replaces name, description and tags: what is not given is cleared. */
    async replaceCompany(
      companyId: string,
      request: CreateCompanyRequest,
      options: CallOptions = {},
    ): Promise<Company> {
      const body = bodyOf('company', createCompanyRequest, request);
      const about = { operation: 'replaceCompany', method: 'PUT', path: companyPath(companyId), body } as const;
      return (await http.json({ ...options, ...about }, company)).value;
    },

    /** Changes what is given; null changes nothing. */
    async updateCompany(
      companyId: string,
      request: UpdateCompanyRequest,
      options: WriteOptions = {},
    ): Promise<Company> {
      const body = bodyOf('company', updateCompanyRequest, request);
      const about = { operation: 'updateCompany', method: 'PATCH', path: companyPath(companyId), body } as const;
      return (await http.json({ ...options, ...about }, company)).value;
    },

    /** With its connections and everything Codat has read; there is no way back. */
    async deleteCompany(companyId: string, options: CallOptions = {}): Promise<void> {
      await http.empty({ ...options, operation: 'deleteCompany', method: 'DELETE', path: companyPath(companyId) });
    },

    /** For Codat's embedded pages; opens this company alone, for a day. Not for a browser of somebody else. */
    async getCompanyAccessToken(companyId: string, options: CallOptions = {}): Promise<CompanyAccessToken> {
      const path = `${companyPath(companyId)}/accessToken`;
      const about = { operation: 'getCompanyAccessToken', method: 'GET', path, confidential: true } as const;
      return (await http.json({ ...options, ...about }, companyAccessToken)).value;
    },
  };
};
