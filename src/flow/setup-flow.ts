import type { Account, Connection, FeedState } from '../contract/schemas.ts';
import {
  authorizesInside,
  chosenAccounts,
  connectionView,
  currentConnection,
  platformOf,
  type PlatformChoice,
} from './connection-view.ts';

/** Where a customer stands between nothing and a working feed. */
export type SetupStep =
  | { readonly step: 'choose-platform'; readonly choices: readonly PlatformChoice[] }
  | { readonly step: 'authorize'; readonly connection: Connection }
  | {
      readonly step: 'reconnect';
      readonly connection: Connection;
      readonly reason: 'unlinked' | 'deauthorized';
    }
  | { readonly step: 'choose-accounts'; readonly connection: Connection }
  /** `elsewhere` where the software itself asks which account goes where. */
  | {
      readonly step: 'map-accounts';
      readonly connection: Connection;
      readonly todo: readonly Account[];
      readonly elsewhere: boolean;
    }
  | { readonly step: 'connecting'; readonly connection: Connection; readonly accounts: readonly Account[] }
  | { readonly step: 'done'; readonly connection: Connection; readonly accounts: readonly Account[] }
  | { readonly step: 'checking'; readonly connection: Connection };

/** One feed that works is a finished set-up: accounts added later are the mapping element's business. */
export const setupStep = (state: FeedState, country?: string): SetupStep => {
  const view = connectionView(state, country);
  switch (view.kind) {
    case 'choose':
      return { step: 'choose-platform', choices: view.choices };
    case 'accounts-first':
      return { step: 'choose-accounts', connection: view.connection };
    case 'pending':
      return { step: 'authorize', connection: view.connection };
    case 'lost':
      return { step: 'reconnect', connection: view.connection, reason: view.reason };
    case 'unknown':
      return { step: 'checking', connection: view.connection };
    default:
      return linkedStep(state, view.connection);
  }
};

const linkedStep = (state: FeedState, connection: Connection): SetupStep => {
  const accounts = chosenAccounts(state, connection);
  if (accounts.length === 0) return { step: 'choose-accounts', connection };
  const connected = accounts.filter(({ status }) => status === 'connected');
  if (connected.length > 0) return { step: 'done', connection, accounts: connected };
  const todo = accounts.filter(({ status }) => status === 'pending' || status === 'disconnected');
  const elsewhere = platformOf(connection.platform)?.mapping === 'software';
  if (todo.length > 0) return { step: 'map-accounts', connection, todo, elsewhere };
  return { step: 'connecting', connection, accounts };
};

/** The stages a customer walks. `authorize` stands alone where it comes after the choice of accounts. */
export type SetupStage = 'connect' | 'accounts' | 'authorize' | 'mapping' | 'finish';

/** What is shown for it: the part of the widget that does the work. */
export type SetupPart = 'connect' | 'accounts' | 'mapping';
const pages: readonly SetupPart[] = ['connect', 'accounts', 'mapping'];

const stagesOutside: readonly SetupStage[] = ['connect', 'accounts', 'mapping', 'finish'];
/** QuickBooks and Sage ask for accounts that exist, and for where they go, while the customer signs in there. */
const stagesInside: readonly SetupStage[] = ['connect', 'accounts', 'authorize', 'finish'];

export const setupStages = (state: Pick<FeedState, 'connections' | 'platforms'>): readonly SetupStage[] => {
  const connection = currentConnection(state);
  const platforms = connection ? [connection.platform] : state.platforms;
  const inside = platforms.length > 0 && platforms.every((key) => authorizesInside(platformOf(key)));
  return inside ? stagesInside : stagesOutside;
};

/**
 * What the server cannot know: what one customer did on this page. `walking` through the stages; `finished` just now;
 * `managing` what was set up before. `at` is where they went by themselves: back to a stage, or to a part to change.
 */
export interface Sitting {
  readonly mode: 'arriving' | 'walking' | 'finished' | 'managing';
  readonly at?: SetupStage | undefined;
  /** At the stage `authorize`, when that is done: to see once more what is entered in the software. */
  readonly again?: boolean | undefined;
}

export type SetupView =
  | {
      readonly kind: 'stage';
      readonly sitting: Sitting;
      readonly stages: readonly SetupStage[];
      readonly stage: SetupStage;
      readonly part: SetupPart;
      /** What "Back" leads to. */
      readonly back: Sitting | undefined;
      /** Present where the customer goes on by themselves: they went back, or leave accounts for later. */
      readonly next: Sitting | undefined;
    }
  | {
      readonly kind: 'set-up';
      readonly sitting: Sitting;
      readonly connection: Connection;
      readonly part: SetupPart | 'overview';
      /** The connection was lost, or every account stopped: nothing is sent. */
      readonly lost: boolean;
      /** Accounts that were left for later. */
      readonly left: number;
    };

/** Connected now or once: whoever has come that far does not walk again. */
const wasConnected = ({ status }: Account): boolean => status === 'connected' || status === 'disconnected';
/** On its way, or not begun. One that the customer stopped is neither. */
const unsettled = new Set<Account['status']>(['pending', 'connecting', 'unknown']);

/** What to show to this customer now. `sitting` of the answer is the one to go on with. */
export const setupView = (state: FeedState, sitting: Sitting): SetupView => {
  const step = setupStep(state);
  const stages = setupStages(state);
  const connection = currentConnection(state);
  const chosen = connection ? chosenAccounts(state, connection) : [];
  const walking = sitting.mode === 'walking';
  const done = step.step === 'done';
  const settled = done && !chosen.some(({ status }) => unsettled.has(status));
  const reached = stages.indexOf(settled ? 'finish' : reachedStage(step, stages));
  // Whoever went back stays there, unless what they went back over is undone.
  const went = walking && sitting.at ? stages.indexOf(sitting.at) : -1;
  const index = went < 0 ? reached : Math.min(went, reached);
  const stage = stages[index] ?? 'connect';

  // Whoever walks sees the end of it, whoever comes back does not walk again.
  const holds = connection?.status !== 'pending' && step.step !== 'checking';
  const isSetUp = walking ? stage === 'finish' : holds && chosen.some(wasConnected);
  if (connection && isSetUp) {
    return {
      kind: 'set-up',
      sitting: walking
        ? { mode: 'finished' }
        : sitting.mode === 'finished'
          ? sitting
          : { ...sitting, mode: 'managing' },
      connection,
      part: (!walking && pages.find((page) => page === sitting.at)) || 'overview',
      lost: !done,
      left: chosen.filter(({ status }) => status === 'pending').length,
    };
  }
  const behind = stages[index - 1];
  // What was typed into the software cannot be taken back by going back.
  const fixed = stage === 'accounts' && connection?.status === 'pending' && chosen.length > 0;
  const again = sitting.again === true && stage === 'authorize' && connection?.status === 'linked';
  const back = again ? stage : fixed ? undefined : behind;
  return {
    kind: 'stage',
    sitting: { mode: 'walking', at: went >= 0 && went <= reached ? stage : undefined, again: again || undefined },
    stages,
    stage,
    part: again ? 'connect' : partOf(stage, connection),
    back: back && { mode: 'walking', at: back },
    next:
      index < reached
        ? { mode: 'walking', at: index + 1 < reached ? stages[index + 1] : undefined }
        : done
          ? { mode: 'finished' }
          : undefined,
  };
};

/**
 * Accounts were chosen: on to where they go. Whoever had some refused, or has ticked others meanwhile, stays; and where
 * the software asks for that itself, whoever adds one later stays to read how.
 */
export const afterChoosing = (view: SetupView, someLeft: boolean): Sitting => {
  if (view.kind === 'stage') return { mode: 'walking', at: someLeft ? view.stage : undefined };
  const inside = platformOf(view.connection.platform)?.mapping === 'software';
  return someLeft || inside ? view.sitting : { ...view.sitting, at: 'mapping' };
};

/** To what is entered in the software, once more: in place of the steps, or as the part to change. */
export const toSignIn = (view: SetupView): Sitting =>
  view.kind === 'stage' && view.stages.includes('authorize')
    ? { mode: 'walking', at: 'authorize', again: true }
    : { ...view.sitting, at: 'connect' };

const reachedStage = ({ step }: SetupStep, stages: readonly SetupStage[]): SetupStage => {
  switch (step) {
    case 'choose-platform':
    case 'reconnect':
    case 'checking':
      return 'connect';
    case 'choose-accounts':
      return 'accounts';
    case 'authorize':
      return stages.includes('authorize') ? 'authorize' : 'connect';
    default:
      return stages[2] ?? 'mapping';
  }
};

const partOf = (stage: SetupStage, connection: Connection | undefined): SetupPart => {
  if (stage === 'authorize') return connection?.status === 'linked' ? 'mapping' : 'connect';
  return stage === 'connect' || stage === 'accounts' ? stage : 'mapping';
};
