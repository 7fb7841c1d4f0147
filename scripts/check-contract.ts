/**
 * What the tests saw of the contract: that every answer and event of every sandbox satisfied the document, and
 * that every status of every operation is shown by a test, in the table docs/codat-coverage.md. Runs after the
 * tests; arguments narrow it to some runners. `--write` brings the table up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { beyond } from '../test/contract/beyond.ts';
import { coverageTable } from '../test/contract/coverage-table.ts';
import { documentPath, readDocument } from '../test/contract/document.ts';
import { readRecords, runners } from '../test/contract/records.ts';
import { atRoot } from './root.ts';
import { requireNode } from './runtime.ts';

requireNode();
const tablePath = 'docs/codat-coverage.md';
const path = documentPath();
const given = process.argv.slice(2);

/** Answers how many faults there are. */
function check(at: string): number {
  const document = readDocument(at);
  const records = readRecords();
  const only = given.filter((argument) => !argument.startsWith('-'));
  let faults = 0;
  const fault = (what: string): void => {
    faults += 1;
    console.error(`✗ ${what}`);
  };

  let answers = 0;
  let events = 0;
  let violations = 0;
  for (const runner of runners) {
    if (only.length > 0 && !only.includes(runner)) continue;
    const own = records.get(runner) ?? [];
    if (own.length === 0) fault(`no answer was watched by the ${runner} tests: run them first.`);
    for (const record of own) {
      if ('violation' in record) {
        violations += 1;
        fault(`${record.violation}\n  ${runner}: ${record.file} ${record.test}`);
      } else if ('answers' in record) {
        answers += record.answers;
        events += record.webhooks;
      }
    }
  }

  const fromNode = records.get('node') ?? [];
  const seen = new Set(fromNode.map((each) => ('operation' in each ? `${each.operation} ${each.status}` : '')));
  for (const { status, operations } of beyond)
    for (const operation of typeof operations === 'string' ? [] : operations) {
      const listed = `${operation} ${status}`;
      if (document.operations.has(operation) && !seen.has(listed)) {
        fault(`no test sees ${listed}, which the document does not list: strike it off the exceptions.`);
      }
    }

  const { text, missing, shown } = coverageTable(document, fromNode);
  for (const one of missing) fault(`no test shows ${one}.`);
  if (given.includes('--write')) writeFileSync(atRoot(tablePath), text);
  else if (readFileSync(atRoot(tablePath), 'utf8') !== text) {
    fault(`${tablePath} is not up to date: run \`npm run check:contract -- --write\`.`);
  }
  console.log(
    `contract: ${answers} answers and ${events} events validated by ${document.name}, ${violations} violations`,
  );
  console.log(`contract: ${document.operations.size} operations, ${shown} statuses shown, ${missing.length} missing`);
  return faults;
}

if (path === undefined) console.log('contract: skipped, for CODAT_OPENAPI does not name the OpenAPI document.');
else process.exitCode = check(path) > 0 ? 1 : 0;
