/** Makes the real backend available to test pages as commands; `support/company.ts` is their side of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestRunnerConfig, TestRunnerPlugin } from '@web/test-runner';
import * as z from 'zod';
import { scopes } from '../../../../src/contract/schemas.ts';
import type { RealBackend } from './real-backend.ts';

const of = { key: z.uuid() };
const withKey = z.object(of);
const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/;
const mostBackends = 3;
const transaction = z.looseObject({ id: z.string(), date: z.string(), amount: z.union([z.string(), z.number()]) });
const payloads = {
  'company:ready': z.object({ origin: z.url() }),
  'company:create': z.object({
    origin: z.url(),
    accounts: z.unknown().optional(),
    scopes: z.array(z.enum(scopes)).optional(),
    name: z.string().optional(),
  }),
  'company:mount': z.object({ ...of, origin: z.url() }),
  'company:token': z.object({ ...of, origin: z.url() }),
  'company:authorize': z.object(of),
  'company:refuse': z.object(of),
  'company:credentials': z.object({
    ...of,
    username: z.string(),
    password: z.string(),
    accountIds: z.array(z.string()).optional(),
    targets: z.record(z.string(), z.string()).optional(),
    startDate: z.iso.date().optional(),
  }),
  'company:otp': z.object({
    ...of,
    codatConnectionId: z.string(),
    otp: z.string(),
    accountId: z.string().optional(),
    target: z.string().optional(),
  }),
  'company:host-ids': z.object(of),
  'company:collect': z.object(of),
  'company:revoke': z.object(of),
  'company:push': z.object({ ...of, accountId: z.string(), transactions: z.array(transaction) }),
  'company:ledger': z.object(of),
  'company:accounts': z.object({ ...of, accounts: z.unknown() }),
  'company:faults': z.object({
    ...of,
    faults: z.array(
      z.object({ operation: z.string(), status: z.number(), message: z.string(), times: z.number().optional() }),
    ),
  }),
  'company:gate': z.object({ ...of, mode: z.enum(['open', 'expired', 'hold', 'down']) }),
};

type Middleware = NonNullable<TestRunnerConfig['middleware']>[number];

export function realServer(): { plugin: TestRunnerPlugin; middleware: Middleware } {
  /** Only with the first company: many test files need no server at all. */
  const backends: Promise<RealBackend>[] = [];
  const byKey = new Map<string, number>();
  let made = 0;
  /** Several, in turn: three browsers at once ask for more than one proxy may ask Codat in a minute. */
  const load = (index = 0): Promise<RealBackend> =>
    (backends[index] ??= import('./real-backend.ts').then((module) => new module.RealBackend()));
  const loadFor = (key: unknown): Promise<RealBackend> => load(byKey.get(String(key)));

  /** Answers something for every command of ours: undefined would mean that it was not ours. */
  const execute = async (command: string, payload: unknown): Promise<unknown> => {
    if (!command.startsWith('company:')) return undefined;
    const backend = await loadFor(withKey.safeParse(payload).data?.key);
    switch (command) {
      case 'company:ready': {
        const { origin } = payloads[command].parse(payload);
        const ready = load(made % mostBackends).then((next) => next.ready(origin));
        return Promise.race([ready, sleep(5_000, false, { ref: false })]);
      }
      case 'company:create': {
        const { origin, ...options } = payloads[command].parse(payload);
        const index = made++ % mostBackends;
        const created = await (await load(index)).create(origin, options);
        byKey.set(created.key, index);
        return created;
      }
      case 'company:mount': {
        const { key, origin } = payloads[command].parse(payload);
        return backend.mount(key, origin);
      }
      case 'company:token': {
        const { key, origin } = payloads[command].parse(payload);
        return backend.token(key, origin);
      }
      case 'company:authorize':
        await backend.authorize(payloads[command].parse(payload).key);
        return true;
      case 'company:refuse':
        await backend.refuse(payloads[command].parse(payload).key);
        return true;
      case 'company:credentials': {
        const { key, ...entered } = payloads[command].parse(payload);
        await backend.enterCredentials(key, entered);
        return true;
      }
      case 'company:otp': {
        const { key, ...entered } = payloads[command].parse(payload);
        await backend.enterOneTimePassword(key, entered);
        return true;
      }
      case 'company:host-ids':
        return backend.hostIds(payloads[command].parse(payload).key);
      case 'company:collect':
        return backend.collect(payloads[command].parse(payload).key);
      case 'company:revoke':
        await backend.revoke(payloads[command].parse(payload).key);
        return true;
      case 'company:push': {
        const { key, accountId, transactions } = payloads[command].parse(payload);
        return backend.push(key, accountId, transactions);
      }
      case 'company:ledger':
        return backend.ledger(payloads[command].parse(payload).key);
      case 'company:accounts': {
        const { key, accounts } = payloads[command].parse(payload);
        backend.setAccounts(key, accounts);
        return true;
      }
      case 'company:faults': {
        const { key, faults } = payloads[command].parse(payload);
        backend.setFaults(key, faults);
        return true;
      }
      case 'company:gate': {
        const { key, mode } = payloads[command].parse(payload);
        backend.setGate(key, mode);
        return true;
      }
      default:
        return undefined;
    }
  };

  return {
    plugin: {
      name: 'real-server',
      executeCommand: ({ command, payload }) => execute(command, payload),
      serverStop: async () => void (await Promise.all(backends.map(async (backend) => (await backend)?.stop()))),
    },
    middleware: async (context, next) => {
      if (!context.path.startsWith('/__mounted/')) return next();
      // Koa keeps its hands off: the proxy writes the answer, streams included.
      context.respond = false;
      context.res.statusCode = 200;
      const [key] = uuid.exec(`${context.path} ${context.get('cookie')}`) ?? [];
      if (!(await (await loadFor(key)).handleMounted(context.req, context.res))) context.res.writeHead(404).end();
      return undefined;
    },
  };
}
