import { platformOf } from '../../flow/connection-view.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { outside } from './templates.ts';

/** The software's name as plain text; "your accounting software" for one this version does not know. */
export const platformText = (key: string, { t }: LocaleController): string =>
  platformOf(key)?.name ?? t('platform.unknown');

/** The same inside a sentence, kept from translation. */
export const platformName = (key: string, locale: LocaleController): unknown => {
  const name = platformOf(key)?.name;
  return name === undefined ? locale.t('platform.unknown') : outside(name);
};
