import type { Target } from '../../contract/schemas.ts';
import { maskedNumber } from '../../flow/format.ts';
import type { MappingDraft, TargetChoice, WhyNot } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';

/** What can be chosen for one account: `later`, `new`, or the id of a target behind `=`, so that no id is taken for the others. */
export type ChoiceValue = 'later' | 'new' | `=${string}`;

export const valueOf = (target: MappingDraft['target']): ChoiceValue =>
  target.kind === 'existing' ? `=${target.id}` : target.kind;

export const targetOf = (value: string): MappingDraft['target'] =>
  value.startsWith('=') ? { kind: 'existing', id: value.slice(1) } : { kind: value === 'new' ? 'new' : 'later' };

/** Why a target cannot be chosen, for the customer. */
export const whyNotText = (whyNot: WhyNot, { t }: LocaleController): string => {
  switch (whyNot.kind) {
    case 'fed':
    case 'chosen':
      return t(`mapping.not.${whyNot.kind}`, { name: whyNot.name });
    case 'refused':
      return t('mapping.not.refused', { message: whyNot.words });
    default:
      return t('mapping.not.unfit');
  }
};

/** One line for a target, where there is no room for more. */
export const targetText = ({ name, last4 }: Pick<Target, 'name' | 'last4'>): string =>
  `${name} ${maskedNumber(last4)}`.trim();

export type Choice = TargetChoice<Target>;
