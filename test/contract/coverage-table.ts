/** The table of what is shown by which test, from what the watch of the node tests wrote down. */
import type { OpenApiDocument } from './document.ts';
import type { ContractRecord } from './records.ts';

export interface CoverageTable {
  /** The whole page, in Markdown. */
  readonly text: string;
  /** How many statuses have a test. */
  readonly shown: number;
  /** Operation and status of those that have none. */
  readonly missing: readonly string[];
}

const head = `# Every operation and status, and the test that shows it

Generated from what the node tests saw, by \`npm run check:contract -- --write\` where CODAT_OPENAPI names Codat's
OpenAPI document of the Bank Feeds API; \`npm test\` then fails where a status is not shown, or where this page is not
up to date. Every answer in every test, these and all the others, is validated by the document as well.

`;

/** A test shows a status when its name says so and the answer was seen in it. */
export function coverageTable(document: OpenApiDocument, records: readonly ContractRecord[]): CoverageTable {
  const seen = new Map<string, { readonly file: string; readonly test: string }[]>();
  for (const record of records) {
    if (!('operation' in record)) continue;
    const what = `${record.operation} answers ${record.status}`;
    if (record.test.startsWith(`${what} `)) seen.set(what, [...(seen.get(what) ?? []), record]);
  }

  const missing: string[] = [];
  const rows: (readonly string[])[] = [];
  for (const { id, responses } of document.operations.values())
    for (const status of [...responses.keys()].toSorted((a, b) => a - b)) {
      const what = `${id} answers ${status}`;
      const [first] = (seen.get(what) ?? []).toSorted((a, b) => (a.test < b.test ? -1 : 1));
      if (first === undefined) missing.push(what);
      else rows.push([`\`${id}\``, `${status}`, `[${first.test}](../${first.file})`]);
    }

  const titles = ['Operation', 'Status', 'Test'];
  const widths = titles.map((title, column) =>
    Math.max(...[titles, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const write = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = write(widths.map((width) => '-'.repeat(width)));
  return { text: `${head}${[write(titles), rule, ...rows.map(write)].join('\n')}\n`, shown: rows.length, missing };
}
