/**
 * The rules of delivery, each broken once. A mutant is a piece of source and what stands there instead; it is planted
 * while modules are loaded, so that neither the sources nor the simulated store have switches.
 */
import { registerHooks } from 'node:module';

interface Edit {
  /** A path from the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

const decide = 'src/outbox/decide.ts';
const holds = 'src/outbox/holds.ts';
const worker = 'src/outbox/worker.ts';
const data = 'test/sim/ledger/data.ts';
const accept = 'test/sim/ledger/accept.ts';
const observe = 'test/sim/ledger/observe.ts';
const pushes = 'test/sim/ledger/pushes.ts';
const step = 'test/sim/ledger/step.ts';

const mutant = (
  name: string,
  ...edits: readonly (readonly [file: string, find: string, replace: string])[]
): Mutant => ({
  name,
  edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
});

export const mutants: readonly Mutant[] = [
  // Seal before send, one open push, one unanswered one
  mutant(
    'after a crash “sending” is taken for “not sent”',
    [
      step,
      '  const action = nextAction(',
      `  if (push.inFlight) {
    carryOver(unit, push, unit.now);
    feed.dueAt = unit.now;
    return { until: unit.now };
  }
  const action = nextAction(`,
    ],
    [step, 'import { block, seal, settle }', 'import { block, carryOver, seal, settle }'],
  ),
  mutant(
    'a request that was begun is not remembered',
    [decide, '  inFlight: true,', '  inFlight: false,'],
    [decide, 'unanswered: push.unanswered || push.inFlight,', 'unanswered: push.unanswered,'],
  ),
  mutant(
    'two open pushes of one account',
    [decide, ' || feed.inPush > 0 || ', ' || '],
    [step, '      if (found === undefined) {', '      if (true) {'],
    [data, `throw new ConstraintError('two open pushes on one feed');`, 'continue;'],
  ),
  mutant(
    'a second request on a connection while one is unanswered',
    [
      step,
      'const next = unanswered ? goOn(unit, unanswered) : takeNext(unit, connection);',
      'const next = takeNext(unit, connection) ?? (unanswered && goOn(unit, unanswered));',
    ],
    [data, `throw new ConstraintError('two unanswered pushes on one connection');`, 'continue;'],
  ),

  // In doubt
  mutant('another key on each attempt', [
    worker,
    'idempotencyKey: push.id,',
    'idempotencyKey: `${push.id.slice(0, -2)}${10 + (push.state.attempts % 90)}`,',
  ]),
  mutant('a key is used past its life', [decide, 'now - (push.firstTryAt ?? now) >= durations.keyLife', 'false']),
  mutant('the life of a key starts anew with each attempt', [
    decide,
    'firstTryAt: push.firstTryAt ?? now,',
    'firstTryAt: now,',
  ]),
  mutant('after a 5xx the lines go at once under a new key', [
    decide,
    `    case 'doubt':
      return reconcile();`,
    `    case 'doubt':
      return { kind: 'new-key', at: retryAt, gate: undefined, failed: false };`,
  ]),
  mutant('a 429 after an unanswered attempt is taken for a definite no', [
    decide,
    `return { kind: push.unanswered ? 'again' : 'sealed', at: until, gate };`,
    `return { kind: 'sealed', at: until, gate };`,
  ]),
  mutant('“not sent” is believed although an attempt before went unanswered', [
    decide,
    `return { kind: push.unanswered ? 'again' : 'sealed', at: retryAt };`,
    `return { kind: 'sealed', at: retryAt };`,
  ]),
  mutant('a 401 after an unanswered attempt is taken for “not written”', [
    decide,
    'return push.unanswered ? reconcile(gate) : {',
    'return {',
  ]),
  mutant('a refusal after an unanswered attempt is taken for “not written”', [
    decide,
    'if (push.unanswered) return reconcile();',
    '',
  ]),

  // Reconciling
  mutant('no quiet window', [
    decide,
    '(push.lastTryAt ?? now) + durations.sendWindow + durations.quietWindow',
    '(push.lastTryAt ?? now)',
  ]),
  mutant('one is adopted among several candidates', [decide, 'if (others.length === 0) return', 'if (true) return']),
  mutant('operations of other pushes are candidates', [decide, ' &&\n      !known.has(operation.key)', '']),
  mutant('operations of other connections are candidates', [decide, 'operation.connectionId === connectionId &&', '']),
  mutant(
    'operations from before the first attempt are candidates',
    [decide, '      operation.requestedAt >= since &&\n', ''],
    [worker, 'upstream.list(companyId, since, ', 'upstream.list(companyId, 0, '],
  ),
  mutant('a list that failed is taken for an empty one', [
    worker,
    `return { kind: 'reconcile', at: clock.now() + durations.retryMax };`,
    `return { kind: 'new-key', at: clock.now(), failed: false };`,
  ]),
  mutant('operations of another kind are candidates', [
    decide,
    `      (operation.dataType === undefined || operation.dataType === 'bankTransactions') &&\n`,
    '',
  ]),
  mutant('what was written is not adopted', [
    decide,
    'return operationRead(push, only, now, durations);',
    `return { kind: 'new-key', at: now, failed: false };`,
  ]),

  // The end of a push
  mutant('the next batch leaves before Success', [
    decide,
    `      return { kind: 'pending', operationKey };`,
    `      return { kind: 'success', operationKey };`,
  ]),
  mutant('TimedOut is sent again', [
    decide,
    `    case 'timed-out':
      return {`,
    `    case 'timed-out':
      if (now > 0) return { kind: 'new-key', at: now, failed: true };
      return {`,
  ]),
  mutant('what failed for its content is sent again', [
    decide,
    'if (errors.length === 0 && (operation.statusCode ?? 0) >= 500)',
    'if (now > 0)',
  ]),
  mutant('a webhook is trusted without reading the operation', [
    worker,
    'if (push !== undefined) return read(push, true);',
    `if (push !== undefined) return void (await ledger.settle(clock.now(), push.id, { kind: 'success', operationKey }));`,
  ]),
  mutant('no polling behind the webhooks', [worker, 'await ledger.claimPolls(now, pollsAtOnce - polling)', '[]']),
  mutant('state moves back: a finished push is finished again', [
    pushes,
    `if (push.state !== 'pending' && !late) return false;`,
    '',
  ]),

  // Order, late lines, the start date
  mutant('batches are cut by arrival', [decide, '  if (one.at !== other.at) return one.at < other.at ? -1 : 1;\n', '']),
  mutant('late lines are sent where the software keeps an order', [
    decide,
    `return ordersStrictly(feed.platform) ? 'late' : 'straggler';`,
    `return 'straggler';`,
  ]),
  mutant('parked lines join a feed without regard to its order', [
    observe,
    'if (line.mark === undefined && line.at < to.sealedLocal) line.mark = late;',
    '',
  ]),
  mutant('lines before the feed start date are sent', [
    decide,
    `if (first !== undefined && line.day < first) return 'before-start';`,
    '',
  ]),
  mutant('waiting lines before the feed start date are sent', [
    observe,
    'if (lines === 0) return;',
    'if (lines >= 0) return;',
  ]),

  // What people do about held lines
  mutant('what may be written is sent again without a word', [
    holds,
    'if (hold.mayBeWritten && !notWritten)',
    'if (hold.lines < 0)',
  ]),
  mutant('a resume sends what may be written', [
    holds,
    `  if (hold.mayBeWritten)
    return no(`,
    `  if (hold.lines < 0)
    return no(`,
  ]),
  mutant('Codat is not asked once more before a retry', [
    'src/outbox/operations.ts',
    'if (operationKey !== undefined) await look(address.companyId, operationKey);',
    '',
  ]),
  mutant('lines on their way are set aside', [
    holds,
    `if (inPush) return frozen ? 'gone' : 'batch';`,
    `if (inPush) return 'batch';`,
  ]),
  mutant('lines that left are set aside', [holds, `behind ? 'queue' : 'gone'`, `true ? 'queue' : 'gone'`]),
  mutant('what was skipped is sent with the rest', [pushes, `.filter(({ mark }) => mark !== 'skipped');`, ';']),
  mutant('late lines are sent on demand where the software keeps an order', [
    holds,
    `if (hold.reason === 'late' && hold.strict)`,
    `if (hold.reason === 'late' && hold.lines < 0)`,
  ]),
  mutant('what was skipped of a batch that was written is not counted as delivered', [
    pushes,
    'if (unblocks) unskip(feed, push);',
    '',
  ]),

  // The ledger and its leases
  mutant('an id that is known is stored again', [accept, 'known(line.id) ??', 'known(`${line.id}?`) ??']),
  mutant('what went to the same software on another connection goes again', [
    decide,
    '  one === undefined || other === undefined || one === other;',
    '  false;',
  ]),
  mutant('no fence before the last byte', [
    worker,
    '!lease.lost && clock.now() - openedAt < durations.sendWindow',
    'true',
  ]),
  mutant(
    'no fence in the ledger: neither the token of a lease nor the attempt is looked at',
    [
      step,
      'const mine = String(connection?.token) === token && connection?.leaseUntil !== undefined;',
      'const mine = connection !== undefined;',
    ],
    [step, ' && push.attempts === done.attempt', ''],
  ),
  mutant(
    'a lease does not run out',
    [step, '(leaseUntil ?? -Infinity) < storeNow', 'leaseUntil === undefined'],
    [step, 'Math.max(wakeAt - now, (leaseUntil ?? -Infinity) - storeNow)', 'leaseUntil ? Infinity : wakeAt - now'],
  ),
];

/** Breaks one rule in every module that is loaded from here on. */
export const plant = ({ name, edits }: Mutant): void => {
  const root = new URL('../../', import.meta.url);
  const byUrl = Map.groupBy(edits, ({ file }) => new URL(file, root).href);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const own = byUrl.get(url);
      if (own === undefined) return loaded;
      let source = Buffer.from(loaded.source as Uint8Array).toString();
      for (const { file, find, replace } of own) {
        if (source.split(find).length !== 2)
          throw new Error(`The mutant “${name}” is stale: its text stands not once in ${file}.`);
        source = source.replace(find, () => replace);
      }
      return { ...loaded, source };
    },
  });
};
