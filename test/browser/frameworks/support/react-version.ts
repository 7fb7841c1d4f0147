import type * as ReactNow from 'react';
import type * as DomNow from 'react-dom';
import type * as ClientNow from 'react-dom/client';
import type * as Wrappers from '../../../../src/frameworks/react.ts';

export interface ReactVersion {
  readonly react: typeof ReactNow;
  readonly dom: typeof ClientNow & typeof DomNow;
  readonly wrappers: typeof Wrappers;
}

/**
 * One version, with the components that use it; served by support/plugins/react.ts. Where `late` is given, their
 * elements do not come at first: support/plugins/late-chunks.ts.
 */
export const reactVersion = async (version: 18 | 19, late?: string): Promise<ReactVersion> => ({
  react: await import(`/__react/${version}/react.js`),
  dom: await import(`/__react/${version}/dom.js`),
  wrappers: await import(`/src/frameworks/react.ts?react=${version}${late === undefined ? '' : `&late=${late}`}`),
});
