import type { Platform } from '../contract/platforms.ts';
import type { MapAccountBody, Mapping } from '../contract/schemas.ts';
import { addDays, isDate } from './calendar.ts';

/** What a customer has chosen so far for one account. */
export interface MappingDraft {
  /** `later`: not now; `new`: the software makes an account; otherwise one of the targets. */
  readonly target:
    | { readonly kind: 'later' }
    | { readonly kind: 'new' }
    | { readonly kind: 'existing'; readonly id: string };
  /** YYYY-MM-DD, or empty while nothing is entered. */
  readonly feedStartDate: string;
}

export type DraftFault = 'target-gone' | 'date-missing' | 'date-too-early' | 'date-in-future';

/** First and last day a feed may start from, both included; `min` absent where the platform states no limit. */
export interface StartDateLimits {
  readonly min?: string;
  readonly max: string;
  /** Days the software reaches back, for the reason shown to the customer. */
  readonly days?: number;
}

/** From the platform's published history; the future is refused, since a feed that stays silent looks broken. */
export const startDateLimits = (platform: Platform | undefined, today: string): StartDateLimits => {
  const days = platform?.history?.days;
  return days === undefined ? { max: today } : { min: addDays(today, -days), max: today, days };
};

/** Today is the one start that can never repeat lines which are in the books already. */
export const newDraft = (mapping: Mapping | undefined, today: string): MappingDraft => ({
  target: { kind: 'later' },
  feedStartDate: mapping?.feedStartDate ?? today,
});

/** The first thing that keeps a draft from being sent; undefined where nothing does. */
export const draftFault = (draft: MappingDraft, mapping: Mapping, limits: StartDateLimits): DraftFault | undefined => {
  if (draft.target.kind === 'later') return undefined;
  if (draft.target.kind === 'existing' && !mapping.targetIds.includes(draft.target.id)) return 'target-gone';
  if (!isDate(draft.feedStartDate)) return 'date-missing';
  if (draft.feedStartDate > limits.max) return 'date-in-future';
  if (limits.min !== undefined && draft.feedStartDate < limits.min) return 'date-too-early';
  return undefined;
};

/** The request for a draft without a fault; undefined for one that waits. */
export const mappingBody = ({ target, feedStartDate }: MappingDraft): MapAccountBody | undefined =>
  target.kind === 'later' ? undefined : { targetId: target.kind === 'existing' ? target.id : null, feedStartDate };

export type MappingProgress = 'todo' | 'connecting' | 'connected' | 'refused' | 'disconnected' | 'checking';

export const mappingProgress = ({ status }: Mapping): MappingProgress => {
  switch (status) {
    case 'pending':
      return 'todo';
    case 'unknown':
      return 'checking';
    default:
      return status;
  }
};

/** Whether a customer may choose a target now. */
export const isOpen = (mapping: Mapping): boolean =>
  mapping.status === 'pending' || mapping.status === 'refused' || mapping.status === 'disconnected';
