import type { CallOptions, WriteOptions } from '../call-options.ts';
import type { Http } from '../http.ts';
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

export type ListAllCompaniesOptions = Omit<ListCompaniesOptions, 'page'>;

export interface CompanyCalls {
  listCompanies(list?: ListCompaniesOptions, options?: CallOptions): Promise<CompanyPage>;

  /** Each of them, page by page as they are asked for. */
  listAllCompanies(list?: ListAllCompaniesOptions, options?: CallOptions): AsyncGenerator<Company, void, undefined>;

  /** Names need not be unique, and Codat removes characters it does not allow. */
  createCompany(company: CreateCompanyRequest, options?: WriteOptions): Promise<Company>;

  getCompany(companyId: string, options?: CallOptions): Promise<Company>;

  /** Replaces name, description and tags: what is not given is cleared. */
  replaceCompany(companyId: string, company: CreateCompanyRequest, options?: CallOptions): Promise<Company>;

  /** Changes what is given; null changes nothing. */
  updateCompany(companyId: string, company: UpdateCompanyRequest, options?: WriteOptions): Promise<Company>;

  /** With its connections and everything Codat has read; there is no way back. */
  deleteCompany(companyId: string, options?: CallOptions): Promise<void>;

  /** For Codat's embedded pages; opens this company alone, for a day. Not for a browser of somebody else. */
  getCompanyAccessToken(companyId: string, options?: CallOptions): Promise<CompanyAccessToken>;
}

export const companyCalls = (http: Http): CompanyCalls => {
  const listCompanies: CompanyCalls['listCompanies'] = async (list = {}, options = {}) => {
    const query = { ...listQuery(list), tags: list.tags };
    const about = { operation: 'listCompanies', method: 'GET', path: '/companies', maxBytes: pageBytes(list) } as const;
    return http.json({ ...options, ...about, query }, companyPage);
  };

  return {
    listCompanies,

    listAllCompanies: (list, options) =>
      everyItem(
        'listAllCompanies',
        ({ id }: Company) => id,
        (page) => listCompanies({ ...list, page }, options),
      ),

    async createCompany(request, options) {
      const body = bodyOf('company', createCompanyRequest, request);
      return http.json({ ...options, operation: 'createCompany', method: 'POST', path: '/companies', body }, company);
    },

    async getCompany(companyId, options) {
      const path = companyPath(companyId);
      return http.json({ ...options, operation: 'getCompany', method: 'GET', path }, company);
    },

    async replaceCompany(companyId, request, options) {
      const path = companyPath(companyId);
      const body = bodyOf('company', createCompanyRequest, request);
      return http.json({ ...options, operation: 'replaceCompany', method: 'PUT', path, body }, company);
    },

    async updateCompany(companyId, request, options) {
      const path = companyPath(companyId);
      const body = bodyOf('company', updateCompanyRequest, request);
      return http.json({ ...options, operation: 'updateCompany', method: 'PATCH', path, body }, company);
    },

    async deleteCompany(companyId, options) {
      const path = companyPath(companyId);
      return http.empty({ ...options, operation: 'deleteCompany', method: 'DELETE', path });
    },

    async getCompanyAccessToken(companyId, options) {
      const path = `${companyPath(companyId)}/accessToken`;
      const about = { operation: 'getCompanyAccessToken', method: 'GET', path, confidential: true } as const;
      return http.json({ ...options, ...about }, companyAccessToken);
    },
  };
};
