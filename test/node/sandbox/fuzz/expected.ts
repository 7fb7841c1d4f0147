/** What must exist, by nothing but the answers: what was made by a 2xx and not taken away by one. */
import { operations } from '../../../../src/sandbox/api/app.ts';
import type { Answer } from '../harness.ts';

const routes = operations.map(({ id, method, path }) => ({
  id,
  method,
  pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}));

/** The operation an address leads to, with the path parameters decoded. */
export function routeOf(method: string, url: string): { id: string; params: Record<string, string> } | undefined {
  const { pathname } = new URL(url);
  for (const route of routes) {
    const found = route.method === method ? route.pattern.exec(pathname) : null;
    if (found !== null) {
      const params = Object.entries(found.groups ?? {}).map(([name, text]) => {
        // UUIDs are the same in capitals; the ids of accounts are not UUIDs.
        const isText = name === 'accountId' || name === 'sourceAccountId';
        return [name, isText ? decoded(text) : decoded(text).toLowerCase()] as const;
      });
      return { id: route.id, params: Object.fromEntries(params) };
    }
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Kind = 'company' | 'connection' | 'account' | 'operation' | 'webhook';

/** One thing, under the path of what it belongs to. */
const entry = (kind: Kind, ...ids: readonly unknown[]): string => [kind, ...ids].join(' ');

export class Expected {
  readonly present = new Set<string>();
  /** Answers that were repeated under a key: what they name may be gone meanwhile, or made a second time. */
  readonly unsure = new Set<string>();
  readonly latest = new Map<string, string>();
  readonly #keys = new Set<string>();

  /** Takes in the answer to a request. `key` is its Idempotency-Key. */
  note(method: string, url: string, key: string | null, { status, body }: Answer): void {
    const route = routeOf(method, url);
    if (route === undefined || status > 299) return;
    const repeated = key !== null && this.#keys.has(`${key} ${method} ${url}`);
    if (key !== null) this.#keys.add(`${key} ${method} ${url}`);
    const made = (kind: Kind, ...ids: readonly unknown[]): void => {
      this.present.add(entry(kind, ...ids));
      if (repeated) this.unsure.add(entry(kind, ...ids));
    };
    const { companyId, connectionId, accountId, webhookId } = route.params;
    switch (route.id) {
      case 'create-company':
        made('company', body.id);
        this.latest.set('companyId', body.id);
        break;
      case 'delete-company':
        this.#gone(companyId);
        break;
      case 'create-connection':
        made('connection', companyId, body.id);
        this.latest.set('companyId', String(companyId));
        this.latest.set('connectionId', body.id);
        break;
      case 'delete-connection':
        this.#gone(connectionId, 'connection', 'account');
        break;
      case 'create-source-account':
        made('account', connectionId, body.id, companyId);
        break;
      case 'create-batch-source-account':
        for (const { sourceAccountId, result } of body) {
          if (result.statusCode === 201) made('account', connectionId, sourceAccountId, companyId);
        }
        break;
      case 'delete-source-account':
        this.present.delete(entry('account', connectionId, accountId, companyId));
        break;
      case 'create-bank-transactions':
      case 'create-bank-account':
        made('operation', companyId, body.pushOperationKey);
        this.latest.set('pushOperationKey', body.pushOperationKey);
        break;
      case 'run-managed-bank-feed-ad-hoc-sync':
        this.latest.set('syncId', body.syncId);
        break;
      case 'create-webhook-consumer':
        made('webhook', body.id);
        this.latest.set('webhookId', body.id);
        break;
      case 'delete-webhook-consumer':
        this.present.delete(entry('webhook', webhookId));
        break;
      default:
    }
  }

  #gone(id: string | undefined, ...kinds: readonly Kind[]): void {
    for (const each of this.present) {
      const [kind, ...ids] = each.split(' ');
      if (ids.includes(String(id)) && (kinds.length === 0 || kinds.some((one) => one === kind))) {
        this.present.delete(each);
      }
    }
  }

  /** The same list, read back through the API. */
  static async readBack(get: (path: string) => Promise<Answer>): Promise<Set<string>> {
    const present = new Set<string>();
    for (const { id } of (await get('/webhooks')).body.results) present.add(entry('webhook', id));
    for (const { id: companyId } of (await get('/companies?pageSize=5000')).body.results) {
      present.add(entry('company', companyId));
      for (const { pushOperationKey } of (await get(`/companies/${companyId}/push?pageSize=5000`)).body.results) {
        present.add(entry('operation', companyId, pushOperationKey));
      }
      for (const { id } of (await get(`/companies/${companyId}/connections?pageSize=5000`)).body.results) {
        present.add(entry('connection', companyId, id));
        const list = `/companies/${companyId}/connections/${id}/connectionInfo/bankFeedAccounts`;
        for (const account of (await get(list)).body) present.add(entry('account', id, account.id, companyId));
      }
    }
    return present;
  }
}
