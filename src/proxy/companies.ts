import * as z from 'zod';
import { isCodatError, type CodatClient } from '../codat/index.ts';
import type { Clock } from '../outbox/model.ts';
import { isUniqueViolation, type Database } from '../store/database.ts';
import { check } from './checked.ts';
import { codatId } from './codat-id.ts';
import { makeCompany } from './company-making.ts';
import type { CompanyRef } from './options.ts';
import { Problem } from './problem.ts';

export interface EnsureCompany {
  /** The host's own id of the company. */
  readonly reference: string;
  /** Codat removes characters it does not allow in names. */
  readonly name: string;
  /** An id that exists at Codat already; then nothing is created. */
  readonly companyId?: string | undefined;
}

export interface Companies {
  /** Makes the company at Codat once, also when asked many times at once, and remembers its id. */
  ensure(input: unknown): Promise<CompanyRef>;
  /** The company with the host's reference, where one is known. */
  get(companyId: string): Promise<CompanyRef>;
  /** Asks Codat, and where the company is no more lets its reference go. True where it did. */
  release(companyId: string): Promise<boolean>;
  /** Lets the company's name and reference go, whatever Codat says. */
  forget(companyId: string): Promise<void>;
}

const input = z.strictObject({
  reference: z
    .string('must be text')
    .min(1, 'is empty: give your own id of the company')
    .max(200)
    .regex(/^\P{Cc}*$/u, 'has control characters'),
  name: z.string('must be text').trim().min(1, 'is empty: give the name of the company').max(250),
  companyId: z.optional(codatId('must be the id of a company at Codat')),
});

const row = z.object({ id: z.nullable(z.string()) });
const reference = z.object({ reference: z.string() });

const wrongId = (detail: string): Problem => new Problem('invalid_request', detail, { field: 'companyId' });

export const createCompanies = (database: Database, codat: CodatClient, clock: Clock): Companies => {
  const underway = new Map<string, Promise<CompanyRef>>();
  const references = new Map<string, string>();

  const known = async (ref: string): Promise<string | undefined> => {
    const { rows } = await database.query('select id from company where reference = $1', [ref]);
    return rows.length === 0 ? undefined : (row.parse(rows[0]).id ?? undefined);
  };

  const make = async (wanted: z.infer<typeof input>): Promise<CompanyRef> => {
    const existing = await known(wanted.reference);
    if (existing !== undefined) {
      if (wanted.companyId !== undefined && wanted.companyId !== existing)
        throw wrongId('companyId is not the one that was given for this reference before.');
      return { id: existing, reference: wanted.reference };
    }
    const remember = async (id: string): Promise<void> => {
      await database
        .query(
          `insert into company (reference, id, name) values ($1, $2, $3)
           on conflict (reference) do update set id = coalesce(company.id, excluded.id)`,
          [wanted.reference, id, wanted.name],
        )
        .catch((error: unknown) => {
          throw isUniqueViolation(error) ? wrongId('companyId belongs to another reference already.') : error;
        });
    };
    const parts = { database, codat, clock };
    if (wanted.companyId !== undefined) {
      if (!(await isAtCodat(wanted.companyId))) throw wrongId('companyId is not known at Codat.');
      await remember(wanted.companyId);
    }
    const id = wanted.companyId ?? (await makeCompany(parts, wanted, () => known(wanted.reference), remember));
    // Another instance may have been first, with a company that it named: that one counts.
    return { id: (await known(wanted.reference)) ?? id, reference: wanted.reference };
  };

  const isAtCodat = async (companyId: string): Promise<boolean> => {
    try {
      await codat.getCompany(companyId);
      return true;
    } catch (error) {
      if (!isCodatError(error) || error.kind !== 'http' || error.status !== 404) throw error;
      return false;
    }
  };

  const forget = async (companyId: string): Promise<void> => {
    await database.query('delete from company where id = $1', [companyId]);
    references.delete(companyId);
  };

  return {
    async ensure(given) {
      const wanted = check(input, given, 'a company');
      const running = underway.get(wanted.reference);
      if (running) return running;
      const started = make(wanted).finally(() => underway.delete(wanted.reference));
      underway.set(wanted.reference, started);
      return started;
    },
    async get(given) {
      const companyId = given.toLowerCase();
      const cached = references.get(companyId);
      if (cached !== undefined) return { id: companyId, reference: cached };
      const { rows } = await database.query('select reference from company where id = $1', [companyId]);
      const found = rows.length === 0 ? undefined : reference.parse(rows[0]).reference;
      if (found === undefined) return { id: companyId };
      if (references.size >= 20_000) references.clear();
      references.set(companyId, found);
      return { id: companyId, reference: found };
    },
    async release(companyId) {
      if (await isAtCodat(companyId)) return false;
      await forget(companyId);
      return true;
    },
    forget,
  };
};
