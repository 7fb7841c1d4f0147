/** The host behind the examples for Next.js and workerd: a cookie is the company's id, and whoever has it is signed in. */
export const whoIsSignedIn = async (request: Request) => {
  const id = request.headers.get('cookie') ?? '';
  return /^[0-9a-f-]{36}$/.test(id) ? { id: 'user-1', codatCompanyId: id } : undefined;
};

export const accountsOf = (_companyId: string) => [
  {
    id: 'current-4242',
    accountName: 'Current account',
    accountType: 'checking',
    accountNumber: '70124242',
    sortCode: '04-00-04',
    currency: 'GBP',
    balance: '18250.40',
  },
];

/** What the tests give the proxy beside its own options. In workerd it is the next sign of life that finds nobody. */
export const more = { streamLimits: { company: 1 }, durations: { changes: 50, beat: 1_000 } };
