import { type Situation, someCompany } from './situation.ts';

export const connections: readonly Situation[] = [
  {
    operation: 'create-connection',
    status: 200,
    when: 'with a connection that waits for the user',
    arrange: async (stage) => ({
      method: 'POST',
      path: `${await someCompany(stage)}/connections`,
      body: { platformKey: 'gbol' },
    }),
  },
  {
    operation: 'list-connections',
    status: 200,
    when: 'with a page of connections',
    arrange: async ({ linked }) => ({ method: 'GET', path: `/companies/${(await linked()).companyId}/connections` }),
  },
  {
    operation: 'list-connections',
    status: 400,
    when: 'when the query names what connections do not have',
    arrange: async (stage) => ({
      method: 'GET',
      path: `${await someCompany(stage)}/connections?query=isCompleted%3Dtrue`,
    }),
  },
  {
    operation: 'get-connection',
    status: 200,
    when: 'with the connection',
    arrange: async ({ linked }) => ({ method: 'GET', path: (await linked()).base }),
  },
  {
    operation: 'unlink-connection',
    status: 200,
    when: 'with a connection that is Unlinked',
    arrange: async ({ linked }) => ({ method: 'PATCH', path: (await linked()).base, body: { status: 'Unlinked' } }),
  },
  {
    operation: 'delete-connection',
    status: 200,
    when: 'without a body when the connection is gone',
    arrange: async ({ linked }) => ({ method: 'DELETE', path: (await linked()).base }),
  },
];
