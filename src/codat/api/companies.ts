import type { CallOptions, Http } from '../http.ts';
import { segment } from '../paths.ts';
import { company, companyPage, createCompanyRequest } from '../schemas/company.ts';
import type { Company, CompanyPage, CreateCompanyRequest } from '../schemas/company.ts';
import { bodyOf, listQuery, pageBytes, type ListOptions } from './arguments.ts';

export const companyPath = (companyId: string): string => `/companies/${segment('companyId', companyId)}`;

export const companyCalls = (http: Http) => ({
  /** Names need not be unique, and Codat removes characters it does not allow. */
  async createCompany(request: CreateCompanyRequest, options: CallOptions = {}): Promise<Company> {
    const body = bodyOf('company', createCompanyRequest, request);
    const call = { ...options, operation: 'createCompany', method: 'POST', path: '/companies', body } as const;
    return (await http.json(call, company)).value;
  },

  async getCompany(companyId: string, options: CallOptions = {}): Promise<Company> {
    const call = { ...options, operation: 'getCompany', method: 'GET', path: companyPath(companyId) } as const;
    return (await http.json(call, company)).value;
  },

  /** `tags` filters in Codat's query language: `region = uk && team = feeds`. */
  async listCompanies(
    list: ListOptions & { readonly tags?: string | undefined } = {},
    options: CallOptions = {},
  ): Promise<CompanyPage> {
    const query = { ...listQuery(list), tags: list.tags };
    const about = { operation: 'listCompanies', method: 'GET', path: '/companies' } as const;
    return (await http.json({ ...options, ...about, query, maxBytes: pageBytes(list) }, companyPage)).value;
  },
});
