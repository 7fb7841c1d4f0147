import { expect } from '@open-wc/testing';
import { Session } from '../../../src/client/session.ts';
import type { GetToken, TokenReason } from '../../../src/client/session.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { feedError } from '../support/rejection.ts';
import { pageToken } from '../support/scripted.ts';

const life = 600;

/** A backend that mints a new token at each question, and keeps the reasons. */
const backend = (clock: ManualClock): { getToken: GetToken; reasons: TokenReason[] } => {
  const reasons: TokenReason[] = [];
  return {
    reasons,
    getToken: async ({ reason }) => {
      const number = reasons.push(reason);
      return pageToken({ iat: clock.seconds(), exp: clock.seconds() + life, number });
    },
  };
};

describe('session', () => {
  let clock: ManualClock;
  const session = (getToken: GetToken): Session => new Session({ getToken, clock, random: () => 0.5 });

  beforeEach(() => {
    clock = new ManualClock();
  });

  it('asks once for calls that come together, and keeps the token', async () => {
    const { getToken, reasons } = backend(clock);
    const one = session(getToken);
    const [a, b] = await Promise.all([one.token(), one.token()]);
    expect(a).to.equal(b);
    expect(await one.token()).to.equal(a);
    expect(reasons).to.deep.equal(['first']);
  });

  it('refreshes at 80 % of the life, without making a call wait', async () => {
    const { getToken, reasons } = backend(clock);
    const one = session(getToken);
    const first = await one.token();
    clock.advance(life * 790);
    expect(await one.token()).to.equal(first);
    expect(reasons).to.deep.equal(['first']);
    clock.advance(life * 20);
    expect(await one.token(), 'the old one is still good').to.equal(first);
    await Promise.resolve();
    expect(reasons).to.deep.equal(['first', 'refresh']);
    await new Promise((resolve) => setTimeout(resolve));
    expect(await one.token()).not.to.equal(first);
  });

  it('spreads the moment of the refresh', async () => {
    const asked: number[] = [];
    for (const random of [0, 0.999]) {
      clock = new ManualClock();
      const { getToken, reasons } = backend(clock);
      const one = new Session({ getToken, clock, random: () => random });
      await one.token();
      let seconds = 0;
      for (; reasons.length === 1; seconds += 1) {
        clock.advance(1000);
        await one.token();
      }
      asked.push(seconds);
    }
    expect(asked).to.deep.equal([life * 0.75, life * 0.85]);
  });

  it('keeps a good token when the refresh fails, and asks again after a while', async () => {
    let calls = 0;
    const one = session(async () => {
      calls += 1;
      if (calls === 2) throw new Error('backend is restarting');
      return pageToken({ iat: clock.seconds(), exp: clock.seconds() + life });
    });
    const first = await one.token();
    clock.advance(life * 810);
    expect(await one.token()).to.equal(first);
    await new Promise((resolve) => setTimeout(resolve));
    expect(await one.token()).to.equal(first);
    expect(calls).to.equal(2);
    clock.advance(5_000);
    await one.token();
    expect(calls).to.equal(3);
  });

  it('waits for the next token when the one in use has all but expired', async () => {
    const { getToken, reasons } = backend(clock);
    const one = session(getToken);
    const first = await one.token();
    clock.advance(life * 1000 - 1000);
    expect(await one.token()).not.to.equal(first);
    expect(reasons).to.deep.equal(['first', 'refresh']);
  });

  it('takes a token as fresh where the clock of the page is wrong', async () => {
    for (const skew of [-7200, 7200]) {
      const reasons: TokenReason[] = [];
      const one = session(({ reason }) => {
        reasons.push(reason);
        return pageToken({ iat: clock.seconds() + skew, exp: clock.seconds() + skew + life });
      });
      await one.token();
      await one.token();
      expect(reasons).to.deep.equal(['first']);
    }
  });

  it('replaces a refused token once for all who had it', async () => {
    const { getToken, reasons } = backend(clock);
    const one = session(getToken);
    const first = await one.token();
    const [a, b] = await Promise.all([one.replace(first), one.replace(first)]);
    expect(a).to.equal(b);
    expect(await one.replace(first), 'already replaced').to.equal(a);
    expect(reasons).to.deep.equal(['first', 'rejected']);
  });

  it('asks again where a refresh under way brings the refused token', async () => {
    const reasons: TokenReason[] = [];
    const answer = Promise.withResolvers<string>();
    const one = session(({ reason }) => {
      const number = reasons.push(reason);
      const token = pageToken({ iat: clock.seconds(), exp: clock.seconds() + life, number });
      return number === 2 ? answer.promise : token;
    });
    const first = await one.token();
    clock.advance(life * 810);
    await one.token();
    const replacing = one.replace(first);
    answer.resolve(first);
    expect(await replacing).not.to.equal(first);
    expect(reasons).to.deep.equal(['first', 'refresh', 'rejected']);
  });

  it('ends when the refused token comes again, and starts afresh when asked later', async () => {
    const token = pageToken({ iat: clock.seconds(), exp: clock.seconds() + life });
    const reasons: TokenReason[] = [];
    const one = session(({ reason }) => {
      reasons.push(reason);
      return token;
    });
    await one.token();
    const error = await feedError(one.replace(token));
    expect(error.code).to.equal('unauthenticated');
    expect(error.detail).to.match(/session has expired.*getToken/);
    await one.token();
    expect(reasons).to.deep.equal(['first', 'rejected', 'first']);
  });

  it('says that getToken failed, and why: the first time that is no ended session', async () => {
    const cause = new Error('503 from /api/session');
    let fails = true;
    const one = session(() => {
      if (fails) throw cause;
      return pageToken({ iat: clock.seconds(), exp: clock.seconds() + life });
    });
    const first = await feedError(one.token());
    expect(first).to.include({ code: 'invalid_configuration', field: 'getToken', retry: true, cause });
    expect(first.detail).to.contain('getToken failed: 503 from /api/session');
    fails = false;
    const token = await one.token();
    fails = true;
    const later = await feedError(one.replace(token));
    expect(later).to.include({ code: 'unauthenticated', cause });
    expect(later.detail).to.contain('getToken failed: 503 from /api/session');
  });

  it('is told by getToken that nobody is signed in', async () => {
    for (const getToken of [() => null, () => Promise.reject(Object.assign(new Error(), { name: 'SessionEnded' }))])
      expect((await feedError(session(getToken).token())).code).to.equal('unauthenticated');
  });

  it('gives getToken 30 seconds', async () => {
    let given: AbortSignal | undefined;
    const waiting = feedError(
      session(({ signal }) => {
        given = signal;
        return new Promise<string>(() => undefined);
      }).token(),
    );
    await clock.pass(30_000, 30_000);
    const error = await waiting;
    expect(error.code).to.equal('timeout');
    expect(error.field).to.equal('getToken');
    expect(given?.aborted).to.equal(true);
  });

  it('lets one caller leave, and gives up when the last one does', async () => {
    let given: AbortSignal | undefined;
    const answer = Promise.withResolvers<string>();
    const one = session(({ signal }) => {
      given = signal;
      return answer.promise;
    });
    const first = new AbortController();
    const second = new AbortController();
    const calls = [one.token(first.signal), one.token(second.signal)].map((call) =>
      call.catch((error: unknown) => error),
    );
    first.abort('left');
    expect(await calls[0]).to.equal('left');
    expect(given?.aborted).to.equal(false);
    second.abort('left too');
    expect(await calls[1]).to.equal('left too');
    expect(given?.aborted).to.equal(true);
    // The next call asks anew.
    answer.resolve(pageToken({ iat: clock.seconds(), exp: clock.seconds() + life }));
    expect(await one.token()).to.be.a('string');
  });

  it('is left at once by a caller who has already gone', async () => {
    const { getToken, reasons } = backend(clock);
    const outcome = await session(getToken)
      .token(AbortSignal.abort('gone'))
      .catch((error: unknown) => error);
    expect(outcome).to.equal('gone');
    expect(reasons).to.deep.equal([]);
  });

  const noExp = pageToken({ iat: 1, exp: 2 }).replace(/\.[^.]+\./, `.${btoa('{"iat":1}').replaceAll('=', '')}.`);
  const bad: Record<string, [unknown, RegExp]> = {
    undefined: [undefined, /type undefined/],
    'an object': [{ token: 'secret.secret.secret' }, /type object/],
    'a Response': [new Response('x'), /a Response/],
    'an empty string': ['', /empty/],
    'a Bearer header': ['Bearer secret.secret.secret', /Bearer/],
    'some other text': ['secret', /three base64url parts/],
    HTML: ['<!doctype html><title>secret</title>', /three base64url parts/],
    'unreadable claims': ['secret.secret.secret', /claims cannot be read/],
    'no exp': [noExp, /without `exp`/],
  };
  for (const [name, [value, words]] of Object.entries(bad)) {
    it(`refuses ${name} from getToken, naming it and not the value`, async () => {
      const getToken: GetToken = () => JSON.parse('0') || value;
      const error = await feedError(session(getToken).token());
      expect(error.code).to.equal('invalid_configuration');
      expect(error.field).to.equal('getToken');
      expect(error.detail).to.match(/^getToken must resolve to the token string/);
      expect(error.detail).to.match(words);
      expect(error.detail).not.to.contain('secret');
    });
  }
});
