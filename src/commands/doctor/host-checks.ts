/** What is yours: the public address of the proxy, and your list of accounts. */
import type { Environment } from '../environment.ts';
import type { CompanyRef } from '../../proxy/options.ts';
import { Problem } from '../../proxy/problem.ts';
import { readSourceAccounts } from '../../proxy/source-accounts.ts';
import { askSourceAccounts } from '../configured.ts';
import { failed, isLoopback, ok, originOf, reasonOf, warning, type Check } from './check.ts';

const patience = 10_000;

/** Never more than a warning: it need not run, and its address need not be reachable from here. */
export const checkPublicUrl = async (environment: Environment): Promise<Check> => {
  const name = 'public-url';
  const url = `${environment.BANK_FEED_PUBLIC_URL.replace(/\/$/, '')}/healthz`;
  const route = 'Where it runs, look whether the way there (DNS, TLS, the path) leads to it.';
  let response: Response;
  const began = performance.now();
  try {
    response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patience) });
    if (response.status !== 200 || (await response.text()) !== 'ok')
      return warning(name, `${url} answers with ${response.status}, and not as this proxy does`, route);
  } catch (error) {
    return warning(name, `${url} cannot be reached from here (${reasonOf(error)})`, `Start the proxy. ${route}`);
  }
  const found = `${url} answers in ${Math.round(performance.now() - began)} ms`;
  return url.startsWith('https:') || isLoopback(url)
    ? ok(name, found)
    : warning(name, `${found}, without TLS`, 'Set an https address: tokens would be read on the way.');
};

/** Asked where nobody is known yet. */
const nobody: CompanyRef = { id: '00000000-0000-4000-8000-000000000000' };
const mostFaults = 3;

const checkList = async (response: Response, company: CompanyRef): Promise<Check> => {
  const name = 'source-accounts';
  const told: string[] = [];
  let count: number;
  try {
    const accounts = await readSourceAccounts(
      () => response.json(),
      company,
      (faults) => told.push(...faults),
    );
    count = accounts.length;
  } catch (error) {
    const isList = error instanceof Problem && error.code === 'source_accounts_invalid';
    return failed(
      name,
      isList ? `the list has faults: ${told.slice(0, mostFaults).join('; ')}` : 'it answers with what is no JSON',
      'Put the list right: README.md shows one. No account can be chosen until then.',
    );
  }
  if (told.length > 0) return warning(name, told.slice(0, mostFaults).join('; '), 'Put the list right.');
  const found = `it lists ${count} ${count === 1 ? 'account' : 'accounts'} of company ${company.id}`;
  if (count > 0) return ok(name, found);
  return warning(name, found, 'Ask it for a company of yours that has some: such a page would be empty.');
};

/** `known` is one that the store or Codat has. */
export const checkSourceAccounts = async (environment: Environment, known: CompanyRef | undefined): Promise<Check> => {
  const name = 'source-accounts';
  const company = known ?? nobody;
  const place = originOf(environment.BANK_FEED_SOURCE_ACCOUNTS_URL);
  const secret = environment.BANK_FEED_SOURCE_ACCOUNTS_SECRET;
  try {
    const response = await askSourceAccounts(environment, company, secret);
    const { status } = response;
    if (status === 401 || status === 403)
      return failed(
        name,
        secret === undefined
          ? `${place} asks for a secret (${status}), and none is set`
          : `${place} refuses the secret (${status})`,
        'Set BANK_FEED_SOURCE_ACCOUNTS_SECRET to what it takes as "Authorization: Bearer …".',
      );
    if (known === undefined)
      return status < 500
        ? ok(name, `${place} answers (${status}); there is no company yet to ask it about`)
        : failed(name, `${place} answers with ${status}`, 'Look into its log.');
    if (status === 404 && known.reference === undefined)
      return warning(
        name,
        `${place} knows no company ${known.id}, which is one of yours at Codat`,
        'It is asked with companyId, and with reference where you gave one: it has to know companies by these.',
      );
    if (!response.ok) return failed(name, `${place} answers with ${status}`, 'Look into its log.');
    const listed = await checkList(response, company);
    if (listed.result !== 'ok' || (secret === undefined && isLoopback(environment.BANK_FEED_SOURCE_ACCOUNTS_URL)))
      return listed;
    const open = secret === undefined ? undefined : await askSourceAccounts(environment, company, undefined);
    // What it answers is nobody's to read.
    await open?.body?.cancel();
    if (open !== undefined && !open.ok) return listed;
    return warning(
      name,
      `${listed.found}, also without a secret: whoever reaches ${place} can read account numbers`,
      'Let it refuse requests without BANK_FEED_SOURCE_ACCOUNTS_SECRET.',
    );
  } catch (error) {
    return failed(
      name,
      `${place} does not answer (${reasonOf(error)})`,
      'Check BANK_FEED_SOURCE_ACCOUNTS_URL, and that it can be reached from here. Redirects are not followed.',
    );
  }
};
