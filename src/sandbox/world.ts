import type {
  AuthorizationRecord,
  BankAccountsCopy,
  CompanyRecord,
  ConnectionRecord,
  ManagedSyncRecord,
  OperationRecord,
  OrganizationRecord,
  SourceAccountRecord,
  TargetAccountRecord,
} from './records.ts';

const feedKey = (connectionId: string, accountId: string): string => `${connectionId} ${accountId}`;

/**
 * The state of the simulated world and the ways to find things in it. It holds no rules: who may do what
 * is decided by the operations and by what happens in `linking`, `feeds` and `posting`.
 */
export class World {
  readonly companies = new Map<string, CompanyRecord>();
  readonly connections = new Map<string, ConnectionRecord>();
  readonly organizations = new Map<string, OrganizationRecord>();
  readonly operations = new Map<string, OperationRecord>();
  /** By connection: what Codat has read of the software's bank accounts. */
  readonly copies = new Map<string, BankAccountsCopy>();
  /** By Sage's id for the visit. */
  readonly authorizations = new Map<string, AuthorizationRecord>();
  readonly #accounts = new Map<string, Map<string, SourceAccountRecord>>();
  readonly #connectionsOf = new Map<string, Map<string, ConnectionRecord>>();
  readonly #syncs = new Map<string, ManagedSyncRecord[]>();
  readonly #operationsOf = new Map<string, OperationRecord[]>();
  readonly #organizationsOf = new Map<string, OrganizationRecord[]>();
  readonly #targets = new Map<string, { target: TargetAccountRecord; organization: OrganizationRecord }>();
  #linkedCompanies: number | undefined;

  addCompany(company: CompanyRecord): void {
    this.companies.set(company.id, company);
  }

  /** Takes a company out, with its connections and source accounts. Its books in the software stay. */
  removeCompany(companyId: string): void {
    for (const { id } of this.connectionsOf(companyId)) this.removeConnection(id);
    this.companies.delete(companyId);
    this.#connectionsOf.delete(companyId);
    for (const { key } of this.operationsOf(companyId)) this.operations.delete(key);
    this.#operationsOf.delete(companyId);
  }

  addConnection(connection: ConnectionRecord): void {
    this.connections.set(connection.id, connection);
    const own = this.#connectionsOf.get(connection.companyId) ?? new Map<string, ConnectionRecord>();
    this.#connectionsOf.set(connection.companyId, own.set(connection.id, connection));
    this.#linkedCompanies = undefined;
  }

  removeConnection(connectionId: string): void {
    const connection = this.connections.get(connectionId);
    if (connection === undefined) return;
    for (const account of this.accountsOf(connectionId)) this.removeAccount(account);
    this.#accounts.delete(connectionId);
    this.connections.delete(connectionId);
    this.copies.delete(connectionId);
    this.#connectionsOf.get(connection.companyId)?.delete(connectionId);
    this.#linkedCompanies = undefined;
  }

  setStatus(connection: ConnectionRecord, status: ConnectionRecord['status']): void {
    connection.status = status;
    this.#linkedCompanies = undefined;
  }

  /** In the order they were created. */
  connectionsOf(companyId: string): readonly ConnectionRecord[] {
    return [...(this.#connectionsOf.get(companyId)?.values() ?? [])];
  }

  /** How many companies have a connection that is Linked: the daily quota grows with them. */
  linkedCompanies(): number {
    this.#linkedCompanies ??= new Set(
      [...this.connections.values()].filter(({ status }) => status === 'Linked').map(({ companyId }) => companyId),
    ).size;
    return this.#linkedCompanies;
  }

  addAccount(account: SourceAccountRecord): void {
    const own = this.#accounts.get(account.connectionId) ?? new Map<string, SourceAccountRecord>();
    this.#accounts.set(account.connectionId, own.set(account.id, account));
  }

  removeAccount(account: SourceAccountRecord): void {
    this.releaseTarget(account);
    account.attempt += 1;
    this.#accounts.get(account.connectionId)?.delete(account.id);
    this.#syncs.delete(feedKey(account.connectionId, account.id));
  }

  account(connectionId: string, accountId: string): SourceAccountRecord | undefined {
    return this.#accounts.get(connectionId)?.get(accountId);
  }

  /** In the order they were created. */
  accountsOf(connectionId: string): readonly SourceAccountRecord[] {
    return [...(this.#accounts.get(connectionId)?.values() ?? [])];
  }

  addOrganization(organization: OrganizationRecord): void {
    this.organizations.set(organization.id, organization);
    const own = this.#organizationsOf.get(organization.companyId) ?? [];
    this.#organizationsOf.set(organization.companyId, [...own, organization]);
    for (const target of organization.accounts) this.#targets.set(target.id, { target, organization });
  }

  addTarget(organization: OrganizationRecord, target: TargetAccountRecord): void {
    organization.accounts.push(target);
    this.#targets.set(target.id, { target, organization });
  }

  organizationsOf(companyId: string, platformKey: string): readonly OrganizationRecord[] {
    return this.#organizationsOf.get(companyId)?.filter((each) => each.platformKey === platformKey) ?? [];
  }

  organizationOf(connection: ConnectionRecord): OrganizationRecord | undefined {
    return connection.organizationId === undefined ? undefined : this.organizations.get(connection.organizationId);
  }

  target(targetId: string | undefined): TargetAccountRecord | undefined {
    return targetId === undefined ? undefined : this.#targets.get(targetId)?.target;
  }

  /** Lets go of the account in the software that a source account feeds or was about to feed. */
  releaseTarget(account: SourceAccountRecord): void {
    for (const target of [this.target(account.targetId), this.target(account.connecting?.targetId)]) {
      if (target?.feed?.connectionId === account.connectionId && target.feed.accountId === account.id) {
        delete target.feed;
      }
    }
  }

  addOperation(operation: OperationRecord): void {
    this.operations.set(operation.key, operation);
    const own = this.#operationsOf.get(operation.companyId) ?? [];
    own.push(operation);
    this.#operationsOf.set(operation.companyId, own);
  }

  /** In the order they were requested. */
  operationsOf(companyId: string): readonly OperationRecord[] {
    return this.#operationsOf.get(companyId) ?? [];
  }

  addSync(sync: ManagedSyncRecord): void {
    const key = feedKey(sync.connectionId, sync.accountId);
    const own = this.#syncs.get(key) ?? [];
    own.push(sync);
    this.#syncs.set(key, own);
  }

  /** The managed syncs of a source account, in the order they were started. */
  syncsOf(connectionId: string, accountId: string): readonly ManagedSyncRecord[] {
    return this.#syncs.get(feedKey(connectionId, accountId)) ?? [];
  }

  allSyncs(): readonly ManagedSyncRecord[] {
    return [...this.#syncs.values()].flat();
  }

  allAccounts(): readonly SourceAccountRecord[] {
    return [...this.#accounts.values()].flatMap((own) => Array.from(own.values()));
  }
}
