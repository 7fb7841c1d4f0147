import * as z from 'zod';
import { disconnect } from '../feeds.ts';
import type { CompanyRecord } from '../records.ts';
import { companyView } from '../views.ts';
import type { Listed } from './kinds.ts';
import { requiredText, text } from './fields.ts';
import { type Call, companyOf, ok, type Operation, parseBody } from './operation.ts';
import { page } from './paging.ts';
import { parseTags } from './query.ts';

const tags = z
  .record(z.string().regex(/^.{1,27}$/u, 'must have a key of 1 to 27 characters'), text(100))
  .refine((given) => Object.keys(given).length <= 10, 'must have at most 10 entries');

// Characters that Codat does not keep are removed, not refused: `Company (Codat[1])` becomes `Company Codat1`.
const name = requiredText(1000)
  .transform((given) => given.replaceAll(/[^A-Za-z0-9\s\-'&,.?!@]/g, ''))
  .refine((kept) => kept.trim() !== '', 'must have a letter or a digit');

const created = z.object({ name, description: text().nullish(), tags: tags.nullish() });
const updated = z.object({ name: name.nullish(), description: text().nullish(), tags: tags.nullish() });

/** The event carries the company itself, without its connections. */
const announce = ({ core }: Call, company: CompanyRecord, event: 'created' | 'deleted'): void =>
  core.webhooks.emit(`company.${event}`, { ...companyView(core, company), dataConnections: undefined }, company);

const createCompany: Operation = {
  id: 'create-company',
  method: 'POST',
  path: '/companies',
  handle(call) {
    const given = parseBody(created, call.body);
    const company: CompanyRecord = {
      id: call.core.ids.next('company'),
      name: given.name,
      description: given.description ?? undefined,
      tags: given.tags ?? {},
      created: call.core.clock.now(),
    };
    call.core.world.addCompany(company);
    announce(call, company, 'created');
    call.core.changed();
    return ok(companyView(call.core, company));
  },
};

/** The guide's own queries look into the connections: `dataConnections.status=PendingAuth`. */
const companies: Listed = {
  name: 'Company',
  service: 'ClientsApi',
  properties: {
    id: 'text',
    name: 'text',
    description: 'text',
    redirect: 'text',
    created: 'date',
    createdByUserName: 'text',
    lastSync: 'date',
    'dataConnections.id': 'text',
    'dataConnections.integrationId': 'text',
    'dataConnections.integrationKey': 'text',
    'dataConnections.sourceId': 'text',
    'dataConnections.sourceType': 'text',
    'dataConnections.platformName': 'text',
    'dataConnections.status': 'text',
    'dataConnections.created': 'date',
    'dataConnections.lastSync': 'date',
  },
};

const listCompanies: Operation = {
  id: 'list-companies',
  method: 'GET',
  path: '/companies',
  handle(call) {
    const wanted = call.query.get('tags') ?? '';
    const tagged = wanted === '' ? undefined : parseTags(wanted);
    const all = [...call.core.world.companies.values()];
    return page(call, {
      items: tagged === undefined ? all : all.filter((company) => tagged(company.tags)),
      view: (company) => companyView(call.core, company),
      listed: companies,
    });
  },
};

const getCompany: Operation = {
  id: 'get-company',
  method: 'GET',
  path: '/companies/:companyId',
  handle: (call) => ok(companyView(call.core, companyOf(call))),
};

const replaceCompany: Operation = {
  id: 'replace-company',
  method: 'PUT',
  path: '/companies/:companyId',
  handle(call) {
    const company = companyOf(call);
    const given = parseBody(created, call.body);
    company.name = given.name;
    company.description = given.description ?? undefined;
    company.tags = given.tags ?? {};
    call.core.changed();
    return ok(companyView(call.core, company));
  },
};

const updateCompany: Operation = {
  id: 'update-company',
  method: 'PATCH',
  path: '/companies/:companyId',
  handle(call) {
    const company = companyOf(call);
    // Nothing is required, not even a body.
    const given = parseBody(updated, call.body ?? {});
    company.name = given.name ?? company.name;
    company.description = given.description ?? company.description;
    company.tags = given.tags ?? company.tags;
    call.core.changed();
    return ok(companyView(call.core, company));
  },
};

const deleteCompany: Operation = {
  id: 'delete-company',
  method: 'DELETE',
  path: '/companies/:companyId',
  handle(call) {
    const company = companyOf(call);
    for (const connection of call.core.world.connectionsOf(company.id)) {
      for (const account of call.core.world.accountsOf(connection.id)) disconnect(call.core, account, 'disconnected');
    }
    announce(call, company, 'deleted');
    call.core.world.removeCompany(company.id);
    call.core.changed();
    return { status: 204 };
  },
};

export const companyOperations: readonly Operation[] = [
  createCompany,
  listCompanies,
  getCompany,
  replaceCompany,
  updateCompany,
  deleteCompany,
];
