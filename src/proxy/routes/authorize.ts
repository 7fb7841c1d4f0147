import { Hono } from 'hono';
import { isCodatError } from '../../codat/index.ts';
import { platforms, type Platform } from '../../contract/platforms.ts';
import type { BankCredentials, ConnectionLink, OneTimePassword } from '../../contract/schemas.ts';
import { opens, requireScope, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { inWords } from '../codat-problem.ts';
import type { ConnectionView } from '../company-view.ts';
import { wordsAbout } from '../known-words.ts';
import { Problem } from '../problem.ts';
import { Rate } from '../rate.ts';
import type { Session } from '../sessions.ts';
import { utcInstant } from '../utc-instant.ts';
import { anotherIsLinked } from './connections.ts';
import type { RouteParts } from './parts.ts';

/** More of what opens something than any customer types in: a page that asks for ever, or somebody who collects them. */
const mostGiven = 20;
const givenWithin = 600_000;

/** Answers that are about us or the moment and not about the password: those stay errors. */
const notARefusal: ReadonlySet<number> = new Set([401, 402, 408, 429]);

const isRefusal = (error: unknown): boolean =>
  isCodatError(error) && error.kind === 'http' && error.status < 500 && !notARefusal.has(error.status);

/**
 * How a customer authorizes a connection: on the software's own page, or with something of ours that is typed into
 * it. All of it is for any status: who is linked enters it again for further accounts, who is no more to reconnect.
 * What opens something is answered once, and neither logged nor kept.
 */
export const authorizeRoutes = (parts: RouteParts) => {
  const { authenticate, clock, codat, changed, view } = parts;

  const platformOf = ({ platform }: ConnectionView): Platform | undefined => platform && platforms[platform];

  const told = <Result>(companyId: string, { id }: ConnectionView, work: () => Promise<Result>): Promise<Result> =>
    inWords(wordsAbout(companyId, id), work);

  const given = new Rate(() => clock.now(), mostGiven, givenWithin);
  const giveOne = ({ id }: ConnectionView): void => {
    const retryAfterSeconds = given.take(id);
    if (retryAfterSeconds > 0)
      throw new Problem('rate_limited', 'Too many were made. Use the one you have, or try again in a few minutes.', {
        retryAfterSeconds,
      });
  };

  /** Inside QuickBooks and Sage nothing keeps a customer from feeding two programs at once, and from booking twice. */
  const mayBegin = async (session: Session, { id, status }: ConnectionView): Promise<void> => {
    if (status === 'linked') return;
    const { companyId } = session;
    const findLinked = async (): Promise<ConnectionView | undefined> =>
      (await view.connections(companyId)).find(
        (other) => other.id !== id && other.platform !== undefined && other.status === 'linked',
      );
    if ((await findLinked()) === undefined) return;
    // It may have been disconnected a moment ago, on another instance.
    view.invalidate(companyId);
    const linked = await findLinked();
    if (linked === undefined) return;
    if (opens(session, linked.id)) throw anotherIsLinked();
    throw new Problem('forbidden', 'This session may not connect this software now.');
  };

  /** The connection, where its software takes what is asked for. */
  const typedInto = async (
    companyId: string,
    wireId: string,
    connect: Platform['connect'],
    what: string,
  ): Promise<ConnectionView> => {
    const connection = await view.connection(companyId, wireId);
    const platform = platformOf(connection);
    if (platform?.connect !== connect)
      throw new Problem('invalid_request', `${platform?.name ?? 'This software'} takes no ${what} of ours.`);
    return connection;
  };

  return new Hono<ProxyEnv>()
    .get('/connections/:connection/link', requireScope(authenticate, 'feeds:connect'), async (context) => {
      const { companyId } = context.get('session');
      const connection = await view.connection(companyId, context.req.param('connection'));
      const platform = platformOf(connection);
      if (platform?.connect === 'one-time-password')
        throw new Problem('invalid_request', 'This software is connected from the inside; there is no link to follow.');
      await mayBegin(context.get('session'), connection);
      // From before it is made: the page never takes a dead link for a good one.
      const asked = clock.now();
      // Fetched at the click: the link carries a one-time password, which may be used up already or grow old.
      const { linkUrl } = await told(companyId, connection, () => codat.getConnection(companyId, connection.id));
      // A page follows it: nothing else may stand there, whoever answered.
      if (!/^https?:\/\//i.test(linkUrl))
        throw new Problem('upstream_invalid', 'The connection service gave a link that leads nowhere.');
      view.attempt(connection);
      const link: ConnectionLink = {
        url: linkUrl,
        expiresAt: platform && new Date(asked + platform.linkMinutes * 60_000).toISOString(),
      };
      return json(link);
    })

    .post('/connections/:connection/credentials', requireScope(authenticate, 'feeds:connect'), async (context) => {
      const { companyId } = context.get('session');
      const wireId = context.req.param('connection');
      const connection = await typedInto(companyId, wireId, 'credentials', 'user name and password');
      await mayBegin(context.get('session'), connection);
      giveOne(connection);
      const { username, password } = await told(companyId, connection, () =>
        codat.generateCredentials(companyId, connection.id),
      );
      view.attempt(connection);
      const credentials: BankCredentials = { username, password };
      return json(credentials);
    })

    .delete('/connections/:connection/credentials', requireScope(authenticate, 'feeds:connect'), async (context) => {
      const { companyId } = context.get('session');
      const wireId = context.req.param('connection');
      const connection = await typedInto(companyId, wireId, 'credentials', 'user name and password');
      await told(companyId, connection, () => codat.deleteBankFeedCredentials(companyId, connection.id));
      await changed(companyId, connection.id);
      parts.watch.ask(companyId);
      return context.body(null, 204);
    })

    .post('/connections/:connection/otp', requireScope(authenticate, 'feeds:connect'), async (context) => {
      const { companyId } = context.get('session');
      const wireId = context.req.param('connection');
      const connection = await typedInto(companyId, wireId, 'one-time-password', 'one-time password');
      await mayBegin(context.get('session'), connection);
      giveOne(connection);
      const made = await codat.generateOtp(companyId, connection.id).catch(async (error: unknown) => {
        if (!isRefusal(error)) throw error;
        // No dead end: the customer goes on with the id alone, as long as it leads anywhere.
        view.invalidate(companyId);
        await view.connection(companyId, wireId);
      });
      view.attempt(connection);
      const password: OneTimePassword = {
        codatConnectionId: connection.id,
        otp: made?.otp,
        expiresAt: utcInstant(made?.expiry),
      };
      return json(password);
    });
};
