import * as z from 'zod';
import { dateTime, paged, tags } from './common.ts';
import { connection } from './connection.ts';

export const companyReference = z.object({
  id: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  links: z.object({ portal: z.string().nullish() }).nullish(),
  tags: tags.nullish(),
});
export type CompanyReference = z.infer<typeof companyReference>;

export const company = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  redirect: z.string(),
  lastSync: dateTime.nullish(),
  created: dateTime.nullish(),
  createdByUserName: z.string().nullish(),
  products: z.array(z.string()).nullish(),
  tags: tags.nullish(),
  referenceParentCompany: companyReference.nullish(),
  referenceSubsidiaryCompanies: z.array(companyReference).nullish(),
  dataConnections: z.array(connection).nullish(),
});
export type Company = z.infer<typeof company>;

export const companyPage = paged(company);
export type CompanyPage = z.infer<typeof companyPage>;

/** Characters that a name may not have are removed by Codat, not refused. */
export const createCompanyRequest = z.object({
  name: z.string().min(1),
  description: z.string().optional(),
  tags: tags.optional(),
});
export type CreateCompanyRequest = z.infer<typeof createCompanyRequest>;

/** Null or absent: left as it is. */
export const updateCompanyRequest = z.object({
  name: z.string().min(1).nullish(),
  description: z.string().nullish(),
  tags: tags.nullish(),
});
export type UpdateCompanyRequest = z.infer<typeof updateCompanyRequest>;

/** What Xero and NetSuite tell of the organization behind a connection; others answer 400. */
export const companyInformation = z.object({
  companyName: z.string().nullish(),
  baseCurrency: z.string().nullish(),
  planType: z.string().nullish(),
  multicurrencyEnabled: z.boolean().nullish(),
  currencies: z.array(z.string()).nullish(),
});
export type CompanyInformation = z.infer<typeof companyInformation>;
