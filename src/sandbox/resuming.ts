/** Goes on from a state that was kept: everything in its place, and what is still to come planned anew. */
import { planCollecting } from './collecting.ts';
import type { Core } from './core.ts';
import { planEnding, planUnlinking } from './ending.ts';
import { planConnecting } from './feeds.ts';
import { planSync } from './managed-syncs.ts';
import { planOperation } from './operations.ts';
import { planReading } from './reading.ts';
import type { Snapshot } from './snapshot.ts';

export function resume(core: Core, kept: Snapshot): void {
  const { world } = core;
  for (const company of kept.companies) world.addCompany(company);
  for (const connection of kept.connections) world.addConnection(connection);
  for (const organization of kept.organizations) world.addOrganization(organization);
  for (const account of kept.accounts) world.addAccount(account);
  for (const operation of kept.operations) world.addOperation(operation);
  for (const authorization of kept.authorizations) world.authorizations.set(authorization.id, authorization);
  for (const copy of kept.copies) world.copies.set(copy.connectionId, copy);
  for (const sync of kept.syncs) world.addSync(sync);

  for (const account of kept.accounts) {
    planConnecting(core, account);
    planEnding(core, account);
  }
  for (const connection of kept.connections) {
    planUnlinking(core, connection);
    planCollecting(core, connection);
  }
  for (const operation of kept.operations) planOperation(core, operation);
  for (const copy of kept.copies) planReading(core, copy);
  for (const sync of kept.syncs) planSync(core, sync);
  core.webhooks.restore(kept);
}
