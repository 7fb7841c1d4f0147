/**
 * What can be said of a line when it is handed over, before anything is stored: pure, one line at a time.
 * Errors refuse the line, warnings do not. Sources: Codat's Bank Feeds API document and integration pages; where
 * they disagree a line is let through with a warning, and a host may set the severity of any rule.
 */
import { platforms, type PlatformKey } from '../contract/platforms.ts';
import { decimalOfNumber, plainDecimal, signOf } from './decimal.ts';
import { addDays, latestToday, parseLocalDate, todayIn } from './local-date.ts';
import { adjustableRules, type IssueCode, type IssueRules, type PushIssue } from './model.ts';
import { lineText } from './transaction-text.ts';

/** A line that may be stored. */
export interface Line {
  readonly id: string;
  readonly day: string;
  /** Sortable local date-time. */
  readonly at: string;
  /** Exact JSON text, as it will be sent. */
  readonly body: string;
}

export interface PreflightContext {
  readonly platform?: PlatformKey | undefined;
  /** The latest date a line may bear. */
  readonly today: string;
  /** False where no time zone is known and `today` is the latest date on earth. */
  readonly todayKnown: boolean;
  /** The date in UTC: with no time zone, later ones are doubtful. */
  readonly utcDay: string;
  readonly rules: IssueRules;
}

export const preflightContext = (
  now: number,
  timeZone: string | undefined,
  platform: PlatformKey | undefined,
  rules: IssueRules = {},
): PreflightContext => ({
  platform,
  today: timeZone === undefined ? latestToday(now) : todayIn(now, timeZone),
  todayKnown: timeZone !== undefined,
  utcDay: new Date(now).toISOString().slice(0, 10),
  rules,
});

const longestId = 200;
const longestText = 5000;
const mostUnknownFields = 5;

const transactionTypes: ReadonlySet<string> = new Set(
  `Unknown Credit Debit Int Div Fee SerChg Dep Atm Pos Xfer Check Payment Cash DirectDep DirectDebit RepeatPmt Other`.split(
    ' ',
  ),
);
const fields: ReadonlySet<string> = new Set(
  'id date amount balance description counterparty reference reconciled transactionType'.split(' '),
);

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

const isAdjustable = (code: IssueCode): code is (typeof adjustableRules)[number] =>
  adjustableRules.some((rule) => rule === code);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Checks one line. `line` is absent where an error was found; `refused` is what it would be, where only rules that a
 * host may set refuse it: they may be stricter today than when it was taken.
 */
export const preflight = (
  input: unknown,
  index: number,
  context: PreflightContext,
): { readonly line?: Line; readonly refused?: Line; readonly issues: readonly PushIssue[] } => {
  const issues: PushIssue[] = [];
  const id = isRecord(input) && typeof input['id'] === 'string' ? input['id'].slice(0, longestId) : undefined;
  const report = (usual: 'error' | 'warning', code: IssueCode, field: string, message: string): void => {
    const severity = (isAdjustable(code) ? context.rules[code] : undefined) ?? usual;
    if (severity !== 'off') issues.push({ index, id, severity, code, field, message });
  };
  if (!isRecord(input)) {
    report('error', 'not_an_object', '', 'A transaction must be an object with id, date and amount.');
    return { issues };
  }

  const text = (field: 'description' | 'counterparty' | 'reference'): string | undefined => {
    const value = input[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') report('error', 'not_text', field, `${field} must be text.`);
    else if (value.length > longestText)
      report('error', 'too_long', field, `${field} has ${value.length} characters; at most ${longestText} are taken.`);
    else if (controls.test(value) || !value.isWellFormed())
      report('error', 'invalid_characters', field, `${field} has control or broken characters; remove them.`);
    else return value;
    return undefined;
  };

  const decimal = (field: 'amount' | 'balance'): string | undefined => {
    const value = input[field];
    if (typeof value !== 'string' && typeof value !== 'number') {
      report('error', 'amount_invalid', field, `${field} must be a decimal, as text or as a number.`);
      return undefined;
    }
    const result = typeof value === 'number' ? decimalOfNumber(value) : plainDecimal(value);
    if ('text' in result) return result.text;
    if (result.problem === 'not-exact')
      report('error', 'amount_not_exact', field, `${field} has more than 15 digits as a number; give it as text.`);
    else if (result.problem === 'too-long')
      report('error', 'too_long', field, `${field} has more digits than any amount; at most 60 are taken.`);
    else report('error', 'amount_invalid', field, `${field} is not a decimal such as -12.50.`);
    return undefined;
  };

  const lineId = checkId(input['id'], report);
  const date = checkDate(input['date'], context, report);
  const amount = decimal('amount');
  const hasBalance = input['balance'] !== undefined && input['balance'] !== null;
  const balance = hasBalance ? decimal('balance') : undefined;
  if (!hasBalance) checkMissingBalance(context.platform, report);
  const { reconciled } = input;
  if (reconciled !== undefined && reconciled !== null && typeof reconciled !== 'boolean')
    report('error', 'not_boolean', 'reconciled', 'reconciled must be true or false.');
  const transactionType = checkType(input['transactionType'], amount, context.platform, report);
  const [description, counterparty, reference] = [text('description'), text('counterparty'), text('reference')];
  if (context.platform === 'quickbooks') checkQuickBooksFields(input, report);
  const unknown = Object.keys(input).filter((key) => !fields.has(key));
  for (const key of unknown.slice(0, mostUnknownFields))
    report('warning', 'unknown_field', key.slice(0, 100), 'This is no field of a bank transaction; it is left out.');

  const errors = issues.filter(({ severity }) => severity === 'error');
  const byRules = errors.every(({ code }) => isAdjustable(code));
  if (!byRules || lineId === undefined || date === undefined || amount === undefined) return { issues };
  const body = lineText({
    id: lineId,
    date: date.text,
    amount,
    balance,
    description,
    counterparty,
    reference,
    reconciled: typeof reconciled === 'boolean' ? reconciled : undefined,
    transactionType,
  });
  const line = { id: lineId, day: date.day, at: date.at, body };
  return errors.length > 0 ? { refused: line, issues } : { line, issues };
};

type Report = (usual: 'error' | 'warning', code: IssueCode, field: string, message: string) => void;

const checkId = (id: unknown, report: Report): string | undefined => {
  if (typeof id !== 'string' || id === '') report('error', 'id_missing', 'id', 'Give each transaction an id, as text.');
  else if (id.length > longestId)
    report('error', 'too_long', 'id', `id has ${id.length} characters; at most ${longestId} are taken.`);
  else if (controls.test(id) || /[\t\n\r]/.test(id) || !id.isWellFormed())
    report('error', 'invalid_characters', 'id', 'id has control or broken characters; remove them.');
  else return id;
  return undefined;
};

const checkDate = (date: unknown, context: PreflightContext, report: Report) => {
  const local = typeof date === 'string' ? parseLocalDate(date) : undefined;
  if (typeof date !== 'string' || local === undefined) {
    report('error', 'date_invalid', 'date', 'date must be a calendar date, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS.');
    return undefined;
  }
  const { today, todayKnown, utcDay } = context;
  if (local.offset)
    report('warning', 'offset_ignored', 'date', 'The offset is ignored: a date is taken as local to the account.');
  if (local.day > today)
    report('error', 'date_in_future', 'date', `date is after today (${today}); hand it over on that day.`);
  else if (!todayKnown && local.day > utcDay)
    report('warning', 'today_uncertain', 'date', 'No time zone is known for this company; date may be in the future.');
  const history = context.platform && platforms[context.platform].history;
  if (history && local.day < addDays(today, -history.days)) {
    const message = `${platforms[context.platform].name} takes nothing older than ${history.days} days.`;
    report(history.rule === 'refused' ? 'error' : 'warning', 'too_old', 'date', message);
  }
  return { ...local, text: date };
};

const checkMissingBalance = (platform: PlatformKey | undefined, report: Report): void => {
  if (platform === undefined)
    report('warning', 'balance_missing', 'balance', 'Most software needs the balance after each transaction.');
  else if (platforms[platform].balance === 'required') {
    const message = `${platforms[platform].name} needs the balance after each transaction.`;
    // The API document says required, its own example for FreeAgent leaves it out.
    report(platform === 'freeagent' ? 'warning' : 'error', 'balance_missing', 'balance', message);
  }
};

const checkType = (
  type: unknown,
  amount: string | undefined,
  platform: PlatformKey | undefined,
  report: Report,
): string | undefined => {
  if (type === undefined || type === null) return undefined;
  if (typeof type !== 'string' || !transactionTypes.has(type)) {
    const known = [...transactionTypes].join(', ');
    report('error', 'type_unknown', 'transactionType', `transactionType must be one of ${known}.`);
    return undefined;
  }
  const sign = amount === undefined ? 0 : signOf(amount);
  if ((sign > 0 && type === 'Debit') || (sign < 0 && type === 'Credit'))
    report('warning', 'sign_unusual', 'amount', `${type} with this sign is unusual: + is money in, - money out.`);
  if (platform === 'freeagent' && type === 'Xfer' && sign > 0)
    report('warning', 'type_rewritten', 'transactionType', 'FreeAgent shows a transfer in as OTHER.');
  if (platform === 'quickbooks' && !['Credit', 'Debit', 'Unknown'].includes(type))
    report('warning', 'type_undocumented', 'transactionType', 'QuickBooks Online documents Credit and Debit only.');
  return type;
};

/** QuickBooks Online's page calls the description mandatory; the API document says which fields it does not take. */
const checkQuickBooksFields = (input: Readonly<Record<string, unknown>>, report: Report): void => {
  const { description = null } = input;
  if (description === null || (typeof description === 'string' && description.trim() === ''))
    report('warning', 'description_missing', 'description', 'QuickBooks Online asks for a description.');
  for (const field of ['counterparty', 'reference', 'reconciled'])
    if (input[field] !== undefined && input[field] !== null)
      report('warning', 'field_ignored', field, `QuickBooks Online leaves ${field} out; put it into the description.`);
};
