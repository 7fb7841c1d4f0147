import { FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import { HttpFeedApi } from '../../client/http-feed-api.ts';
import type { GetToken } from '../../client/session.ts';
import { FeedHub } from './feed-hub.ts';

/** The properties by which a provider, or an element alone, is told where its data comes from. */
export interface Source {
  readonly api?: FeedApi | undefined;
  readonly endpoint?: string | undefined;
  readonly getToken?: GetToken | undefined;
}

const isApi = (api: unknown): boolean =>
  typeof api === 'object' && api !== null && 'state' in api && typeof api.state === 'function';

/** Without tokens a proxy has to know the host's own session, which only reaches the page's own origin. */
export const lacksToken = ({ endpoint, getToken }: Source): boolean =>
  getToken === undefined &&
  endpoint !== undefined &&
  /^https?:/i.test(endpoint) &&
  URL.canParse(endpoint) &&
  new URL(endpoint).origin !== location.origin;

/** Undefined where nothing is configured, or not all of it yet. Throws `invalid_configuration` where something is, and wrongly. */
export const createHub = ({ api, endpoint, getToken }: Source): FeedHub | undefined => {
  if (api) {
    if (isApi(api)) return new FeedHub(api);
    throw new FeedApiError('invalid_configuration', {
      detail: 'api must be an object with the methods of FeedApi.',
      field: 'api',
    });
  }
  if ((endpoint === undefined && getToken === undefined) || lacksToken({ endpoint, getToken })) return undefined;
  return new FeedHub(new HttpFeedApi({ endpoint: endpoint ?? '', getToken }));
};
