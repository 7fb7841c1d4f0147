import type { TextKey } from '../../locales/en.ts';

/** The key of a text. In built files most are numbers, and this comes from `scripts/text-numbers.ts`. */
export const keyOf = (key: TextKey): TextKey => key;
