/**
 * Makes a company at Codat once. Who makes it says so in the store before, so that instances do not do it side by side;
 * where that stands there from before, an answer was lost, and the company is looked for by its tag.
 */
import { createHash } from 'node:crypto';
import { isCodatError, type CodatClient } from '../codat/index.ts';
import type { Clock } from '../outbox/model.ts';
import type { Database } from '../store/database.ts';
import { Problem } from './problem.ts';

/** How long one instance may take, and how long another one waits for it, in milliseconds. */
const turn = 60_000;
const patience = 15_000;
/** Before a request that was not answered is followed by another one: by then it was carried out, or never will be. */
const settled = 1_000;
const look = 100;

const now = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
const keyOf = (reference: string): string => `company-${reference}`;
/** Safe in Codat's query language, whatever the reference is, and short enough for a tag. */
const tagOf = (reference: string): string => createHash('sha256').update(reference).digest('hex');

/** The turn to make a company: is it the first one? Undefined while somebody else has it. */
const begin = async (database: Database, reference: string): Promise<{ readonly first: boolean } | undefined> => {
  const { rows } = await database.query<{ first: boolean }>(
    `insert into setting (key, value) values ($1, (${now} + ${turn})::text)
     on conflict (key) do update set value = excluded.value
     where setting.value::bigint not between ${now} and ${now} + ${turn} returning xmax = 0 as first`,
    [keyOf(reference)],
  );
  return rows[0];
};

const isDefinite = (error: unknown): boolean =>
  isCodatError(error) && error.kind === 'http' && error.status < 500 && error.status !== 408;

/** `known` is asked whether it was made meanwhile; `remember` stores it. Answers the id. */
export const makeCompany = async (
  parts: { readonly database: Database; readonly codat: CodatClient; readonly clock: Clock },
  { reference, name }: { readonly reference: string; readonly name: string },
  known: () => Promise<string | undefined>,
  remember: (id: string) => Promise<void>,
): Promise<string> => {
  const { database, codat, clock } = parts;
  const tags = { bankFeedReference: reference.slice(0, 100), bankFeedReferenceHash: tagOf(reference) };

  const find = async (): Promise<string | undefined> => {
    const filter = `bankFeedReferenceHash = ${tags.bankFeedReferenceHash}`;
    const { results } = await codat.listCompanies({ tags: filter, pageSize: 100 });
    return results.find((one) => one.tags?.['bankFeedReferenceHash'] === tags.bankFeedReferenceHash)?.id;
  };

  const giveUpAt = clock.now() + patience;
  for (;;) {
    const mine = await begin(database, reference);
    const made = await known();
    if (mine !== undefined) {
      try {
        const id = made ?? (mine.first ? undefined : await find()) ?? (await codat.createCompany({ name, tags })).id;
        if (made === undefined) await remember(id);
        await database.query('delete from setting where key = $1', [keyOf(reference)]);
        return id;
      } catch (error) {
        if (mine.first && isDefinite(error))
          await database.query('delete from setting where key = $1', [keyOf(reference)]);
        else
          await database.query(`update setting set value = (${now} + ${settled})::text where key = $1`, [
            keyOf(reference),
          ]);
        throw error;
      }
    }
    if (made !== undefined) return made;
    if (clock.now() >= giveUpAt)
      throw new Problem('upstream_unavailable', 'This company is being made by another instance. Ask again.');
    await clock.sleep(look);
  }
};
