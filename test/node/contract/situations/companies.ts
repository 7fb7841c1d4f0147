import { type Situation, someCompany } from './situation.ts';

export const companies: readonly Situation[] = [
  {
    operation: 'create-company',
    status: 200,
    when: 'with a name',
    arrange: async () => ({ method: 'POST', path: '/companies', body: { name: 'Harbour Lane Bakery' } }),
  },
  {
    operation: 'create-company',
    status: 400,
    when: 'without a name',
    arrange: async () => ({ method: 'POST', path: '/companies', body: { description: 'Bread and cakes' } }),
  },
  {
    operation: 'list-companies',
    status: 200,
    when: 'with a page of companies',
    arrange: async (stage) => {
      await someCompany(stage);
      return { method: 'GET', path: '/companies?page=1&pageSize=10' };
    },
  },
  {
    operation: 'list-companies',
    status: 400,
    when: 'when the query is malformed',
    arrange: async () => ({ method: 'GET', path: '/companies?query=%7Bname%3Dx' }),
  },
  {
    operation: 'list-companies',
    status: 404,
    when: 'only as a fault: there is nothing in it that could be unknown',
    arrange: async ({ sandbox }) => {
      sandbox.control.faults.add({ operation: 'list-companies', kind: 'status', status: 404 });
      return { method: 'GET', path: '/companies' };
    },
  },
  {
    operation: 'get-company',
    status: 200,
    when: 'with the company',
    arrange: async (stage) => ({ method: 'GET', path: await someCompany(stage) }),
  },
  {
    operation: 'replace-company',
    status: 200,
    when: 'with the company as it is now',
    arrange: async (stage) => ({ method: 'PUT', path: await someCompany(stage), body: { name: 'New Name' } }),
  },
  {
    operation: 'update-company',
    status: 200,
    when: 'with the company as it is now',
    arrange: async (stage) => ({ method: 'PATCH', path: await someCompany(stage), body: { tags: { region: 'uk' } } }),
  },
  {
    operation: 'delete-company',
    status: 204,
    when: 'when the company is gone',
    arrange: async (stage) => ({ method: 'DELETE', path: await someCompany(stage) }),
  },
  {
    operation: 'get-company-access-token',
    status: 200,
    when: 'with a token for a day',
    arrange: async (stage) => ({ method: 'GET', path: `${await someCompany(stage)}/accessToken` }),
  },
];
