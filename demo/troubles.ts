/** What goes wrong at Codat and in the accounting software, for one customer and nobody else. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CodatClient } from 'bank-feed-elements/codat';
import type { AnyFault, Sandbox, Send } from 'bank-feed-elements/sandbox';
import type { Fault } from './choices.ts';
import type { Customer } from './customers.ts';

export interface Troubles {
  /** Takes back what is no longer chosen. */
  set(customer: Customer, before: ReadonlySet<Fault>): void;
  /** Before lines leave that were made on the page: they meet what is chosen for them. */
  meet(customer: Customer, lineIds: readonly string[]): void;
}

const slowMs = 3_000;
const pendingMs = 120_000;

/** Faults of the sandbox that last as long as they are chosen. */
const lasting: Partial<Record<Fault, (companyId: string) => AnyFault>> = {
  'codat-down': (companyId) => ({ operation: '*', companyId, kind: 'status', status: 503, probability: 1 }),
};

/** Webhooks of these companies are lost. */
export const createMuted = (): { readonly companies: Set<string>; readonly send: Send } => {
  const companies = new Set<string>();
  return {
    companies,
    async send(request) {
      const body = companies.size > 0 ? await request.clone().text() : '';
      const isLost = [...companies].some((companyId) => body.includes(companyId));
      return isLost ? new Response(null, { status: 204 }) : fetch(request);
    },
  };
};

export const createTroubles = (parts: {
  readonly sandbox: Sandbox;
  readonly codat: CodatClient;
  readonly muted: Set<string>;
  readonly ofCompany: (companyId: string) => Customer | undefined;
}): Troubles => {
  const { codat, muted, ofCompany } = parts;
  const { control } = parts.sandbox;
  const added = new Map<string, string>();
  /** What happens once, by company: it waits here until it has. */
  const once = new Map<string, Set<Fault>>();
  const takeOnce = (companyId: string, fault: Fault): boolean => once.get(companyId)?.delete(fault) ?? false;

  control.intercept(async (operation, next, _request, { companyId = '', connectionId = '' }) => {
    const customer = ofCompany(companyId);
    if (!customer) return next();
    if (operation === 'create-bank-transactions' && takeOnce(companyId, 'push-pending')) {
      // Delays are the same for all customers: only this one push is taken under the long one.
      const { pushMs } = control.setDelays({});
      control.setDelays({ pushMs: pendingMs });
      try {
        return await next();
      } finally {
        control.setDelays({ pushMs });
      }
    }
    if (operation === 'create-batch-source-account' && takeOnce(companyId, 'other-device')) {
      const [first] = customer.ledger.offered();
      if (first) await codat.createSourceAccounts(companyId, connectionId, [first]);
    }
    const reply = await next();
    if (operation !== 'get-connection' || !takeOnce(companyId, 'dead-link')) return reply;
    const { linkUrl } = { linkUrl: '', ...reply.body };
    return { ...reply, body: { ...reply.body, linkUrl: linkUrl.replace(/otp=[^&]*/, 'otp=0-expired') } };
  });
  // After the other one, so around it: whoever waits here has met nothing yet.
  control.intercept(async (_operation, next, _request, { companyId = '' }) => {
    if (ofCompany(companyId)?.fault.has('codat-slow')) await sleep(slowMs, undefined, { ref: false });
    return next();
  });

  return {
    set({ company, fault }, before) {
      for (const [name, make] of Object.entries(lasting)) {
        const key = `${company.id} ${name}`;
        const isChosen = [...fault].some((each) => each === name);
        const id = added.get(key);
        if (isChosen && id === undefined) added.set(key, control.faults.add(make(company.id)).id);
        if (!isChosen && id !== undefined && added.delete(key)) control.faults.remove(id);
      }
      if (fault.has('no-webhooks')) muted.add(company.id);
      else muted.delete(company.id);
      for (const name of ['dead-link', 'other-device'] as const) {
        const waiting = once.get(company.id) ?? new Set();
        if (fault.has(name) && !before.has(name)) waiting.add(name);
        if (!fault.has(name)) waiting.delete(name);
        once.set(company.id, waiting);
      }
    },
    meet({ company, fault }, lineIds) {
      const companyId = company.id;
      if (fault.has('push-failed'))
        control.faults.add({
          kind: 'ending',
          status: 'Failed',
          companyId,
          itemIds: lineIds.slice(0, 1000),
          message: 'The period is locked.',
        });
      if (fault.has('push-timed-out')) control.faults.add({ kind: 'ending', status: 'TimedOut', companyId });
      if (fault.has('push-unanswered'))
        control.faults.add({ operation: 'create-bank-transactions', kind: 'lost-reply', companyId });
      if (fault.has('push-pending')) once.set(companyId, (once.get(companyId) ?? new Set()).add('push-pending'));
    },
  };
};
