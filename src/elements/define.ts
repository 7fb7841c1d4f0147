/** Registers every element; the provider first, so that the others find it. */
import './provider/define.ts';
import './connect/define.ts';
import './accounts/define.ts';
import './mapping/define.ts';
import './status/define.ts';
import './setup/define.ts';

export * from './index.ts';
