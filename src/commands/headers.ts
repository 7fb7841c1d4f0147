/** Header lines of a file that is handed over for one account: where one names another, which of the two is meant? */
import * as z from 'zod';
import { FileError } from './array-lines.ts';

export interface Account {
  readonly companyId: string;
  readonly accountId: string;
  readonly connectionId?: string | undefined;
}

const feed = 0x0a;
const longestHeader = 1024 * 1024;
const header = z.object({
  companyId: z.optional(z.string()),
  accountId: z.optional(z.string()),
  connectionId: z.optional(z.string()),
});

const headerOf = (line: string): z.infer<typeof header> | undefined => {
  try {
    return header.safeParse(JSON.parse(line)).data;
  } catch {
    // The proxy says so, with its place.
    return undefined;
  }
};

const differ = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one.toLowerCase() !== other.toLowerCase();

/** The same lines, whole ones at a time. Throws FileError before a header that names another account than `given`. */
export async function* ofOneAccount(
  lines: AsyncIterable<Uint8Array>,
  given: Account,
  place: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let passed = 0;
  const check = (whole: Buffer): Buffer => {
    const names = ['"companyId"', '"accountId"', '"connectionId"'];
    const mayHave = names.some((name) => whole.includes(name));
    let start = 0;
    for (let end = whole.indexOf(feed); end !== -1; end = whole.indexOf(feed, start)) {
      passed += 1;
      const found = mayHave ? headerOf(whole.toString('utf8', start, end)) : undefined;
      start = end + 1;
      if (found === undefined) continue;
      if (
        differ(found.companyId, given.companyId) ||
        (found.accountId !== undefined && found.accountId !== given.accountId) ||
        differ(found.connectionId, given.connectionId)
      )
        throw new FileError(`${place} ${passed} is a header for another account than --company and --account name`);
    }
    return whole;
  };
  for await (const bytes of lines) {
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(feed) + 1;
    rest = all.subarray(end);
    if (end > 0) yield check(all.subarray(0, end));
    if (rest.length <= longestHeader) continue;
    // The proxy passes over such a line, and keeps none of it either.
    yield rest;
    rest = Buffer.alloc(0);
  }
  // The last line may lack its end.
  if (rest.length > 0) {
    check(Buffer.concat([rest, Buffer.from('\n')]));
    yield rest;
  }
}
