/** Deliveries as Codat signs them, and the same with one thing changed. */
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Random } from '../sim/random.ts';
import { Findings, type Suite } from './suite.ts';
import { openWorld, webhookSecret, type Handler } from './world.ts';

const olderSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const keyOf = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64');
const keys = [webhookSecret, olderSecret].map(keyOf);

interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const hmac = (key: Buffer, id: string, time: string, body: Buffer): string =>
  createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64');

/** The last deliveries that were well signed, by signature: what a careless verifier compares only a part of. */
const issued = new Map<string, Delivery>();

const sealed = (id: string, time: string, body: Buffer, key: Buffer): Delivery => {
  const signature = hmac(key, id, time, body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
  if (issued.size >= 10) issued.clear();
  if (keys.includes(key)) issued.set(signature, { headers, body });
  return { headers, body };
};

const isFresh = (time: string): boolean => Math.abs(Math.floor(Date.now() / 1000) - Number(time)) <= 300;

/** Each signature of a delivery as it has to be, written anew from the specification. */
const signaturesOf = ({ headers, body }: Delivery): readonly string[] =>
  keys.map((key) => hmac(key, headers['webhook-id'] ?? '', headers['webhook-timestamp'] ?? '', body));
const givenOf = ({ headers }: Delivery): readonly (readonly string[])[] =>
  (headers['webhook-signature'] ?? '').split(' ').map((one) => one.split(','));

const verifies = (delivery: Delivery): boolean => {
  const expected = new Set(signaturesOf(delivery).map((one) => `v1,${one}`));
  const time = delivery.headers['webhook-timestamp'] ?? '';
  return /^\d{10}$/.test(time) && isFresh(time) && givenOf(delivery).some((one) => expected.has(one.join(',')));
};

const sameBut = (left: 'webhook-id' | 'webhook-timestamp' | 'body') => (delivery: Delivery) =>
  givenOf(delivery).some(([, signature = '']) => {
    const original = issued.get(signature);
    if (original === undefined || !isFresh(original.headers['webhook-timestamp'] ?? '')) return false;
    const same = (name: 'webhook-id' | 'webhook-timestamp'): boolean =>
      name === left || original.headers[name] === delivery.headers[name];
    return same('webhook-id') && same('webhook-timestamp') && (left === 'body' || original.body.equals(delivery.body));
  });

/** Verifiers that leave one thing out. */
const careless: Readonly<Record<string, (delivery: Delivery) => boolean>> = {
  'the id': sameBut('webhook-id'),
  'the time': sameBut('webhook-timestamp'),
  'the body': sameBut('body'),
  'how old it is': (delivery) => givenOf(delivery).some(([, given = '']) => signaturesOf(delivery).includes(given)),
  'all of a signature': (delivery) =>
    isFresh(delivery.headers['webhook-timestamp'] ?? '') &&
    givenOf(delivery).some(([, given]) => signaturesOf(delivery).some((one) => given?.slice(0, 5) === one.slice(0, 5))),
  'the version of a signature': (delivery) =>
    isFresh(delivery.headers['webhook-timestamp'] ?? '') &&
    givenOf(delivery).some(([, given = '']) => signaturesOf(delivery).includes(given)),
  'one spelling of the headers': ({ headers, body }) =>
    verifies({
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.replace('svix', 'webhook'), value]),
      ),
      body,
    }),
};

const textOf = (random: Random): string =>
  Array.from({ length: random.skewed(1, 400) }, () =>
    random.pick(['a', 'Z', ' ', '7', '"', '\\', 'ü', '€', '\u{1f600}', '\u0000', '.', '\n']),
  ).join('');

const bodyOf = (random: Random): Buffer => {
  const event = {
    id: random.uuid(),
    eventType: `test.${random.pick(['made', 'changed'])}`,
    payload: { text: textOf(random), n: random.next() },
  };
  return Buffer.from(
    random.pick([
      JSON.stringify(event),
      JSON.stringify(event, undefined, 2),
      ` ${JSON.stringify(event)}\n`,
      '[]',
      '{}',
      '7',
      'null',
    ]),
  );
};

let made = 0;
const idOf = (random: Random): string => {
  made += 1;
  return `${random.pick(['msg_', 'a.b.', '~!', `${random.uuid()}.17`])}${made}${'x'.repeat(random.pick([0, 0, 1, 200]))}`;
};
const now = (): number => Math.floor(Date.now() / 1000);
const fresh = (random: Random): Delivery =>
  sealed(idOf(random), String(now() + random.int(-290, 290)), bodyOf(random), random.pick(keys));

const good = (random: Random): Delivery => {
  const { headers, body } = fresh(random);
  const signature = headers['webhook-signature'] ?? '';
  const wrong = `v1,${Buffer.alloc(32, 1).toString('base64')}`;
  const several = random.pick([
    signature,
    signature,
    `${wrong} ${signature}`,
    `${signature} ${wrong}`,
    `v1a,${'A'.repeat(88)} ${signature}`,
  ]);
  return { headers: { ...headers, 'webhook-signature': several }, body };
};

const flippedBytes = (bytes: Buffer, random: Random): Buffer => {
  const copy = Buffer.from(bytes);
  const at = random.int(0, copy.length - 1);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.int(0, 7));
  return copy;
};
const flippedText = (text: string, random: Random): string =>
  flippedBytes(Buffer.from(text, 'latin1'), random).toString('latin1');

const changed = (delivery: Delivery, name: string, value: string): Delivery => ({
  ...delivery,
  headers: { ...delivery.headers, [name]: value },
});

const kinds: Readonly<Record<string, (delivery: Delivery, random: Random) => Delivery>> = {
  'a bit of the body': (delivery, random) => ({ ...delivery, body: flippedBytes(delivery.body, random) }),
  'a bit of the id': (delivery, random) =>
    changed(delivery, 'webhook-id', flippedText(delivery.headers['webhook-id'] ?? '', random)),
  'a bit of the time': (delivery, random) =>
    changed(delivery, 'webhook-timestamp', flippedText(delivery.headers['webhook-timestamp'] ?? '', random)),
  'a bit of the signature': (delivery, random) =>
    changed(delivery, 'webhook-signature', flippedText(delivery.headers['webhook-signature'] ?? '', random)),
  'a byte more or less': (delivery, random) => {
    const { body } = delivery;
    return {
      ...delivery,
      body: random.pick([
        body.subarray(1),
        body.subarray(0, -1),
        Buffer.concat([body, Buffer.from(' ')]),
        Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
        Buffer.alloc(0),
      ]),
    };
  },
  'another time': (delivery, random) => changed(delivery, 'webhook-timestamp', String(now() + random.int(-299, 299))),
  'an odd spelling of the time': (delivery, random) => {
    const time = delivery.headers['webhook-timestamp'] ?? '';
    return changed(
      delivery,
      'webhook-timestamp',
      random.pick([
        `${time}.0`,
        `${time}x`,
        `0${time}`,
        `+${time}`,
        `${time}, ${time}`,
        `${time}000`,
        Number(time).toString(16),
        '',
        'now',
      ]),
    );
  },
  'too old or from the future': (_delivery, random) =>
    sealed(
      idOf(random),
      String(now() + random.pick([-302, -303, -3_600, 303, 304, 86_400])),
      bodyOf(random),
      random.pick(keys),
    ),
  'another secret': (_delivery, random) =>
    sealed(
      idOf(random),
      String(now()),
      bodyOf(random),
      random.pick([
        Buffer.alloc(0),
        Buffer.alloc(32),
        Buffer.from(webhookSecret),
        Buffer.from(webhookSecret.slice(6)),
        Buffer.alloc(32, 8),
      ]),
    ),
  'a header is missing': (delivery, random) => {
    const name = random.pick(Object.keys(delivery.headers));
    return {
      ...delivery,
      headers: Object.fromEntries(Object.entries(delivery.headers).filter(([own]) => own !== name)),
    };
  },
  'a header twice': (delivery, random) => {
    const name = random.pick(['webhook-id', 'webhook-timestamp']);
    const value = delivery.headers[name] ?? '';
    return changed(delivery, name, random.pick([`${value}, ${value}`, `${value},${value}`, `${value} ${value}`]));
  },
  'the older names of the headers': ({ headers, body }, random) => {
    const svix = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('webhook', 'svix'), value]),
    );
    return {
      headers: random.pick([
        svix,
        { ...svix, 'webhook-id': 'forged' },
        { ...svix, ...headers, 'webhook-id': 'forged' },
      ]),
      body,
    };
  },
  'another spelling of the signature': (delivery, random) => {
    const [, signature = ''] = (delivery.headers['webhook-signature'] ?? '').split(',');
    const bytes = Buffer.from(signature, 'base64');
    return changed(
      delivery,
      'webhook-signature',
      random.pick([
        signature,
        `v1,${signature.replace('=', '')}`,
        `v1,${bytes.toString('hex')}`,
        `v2,${signature}`,
        `v1a,${signature}`,
        `V1,${signature}`,
        `v1:${signature}`,
        `v1, ${signature}`,
        `v1,${signature}=`,
        `v1,${signature.slice(0, 20)}`,
        `v1,`,
        ',',
        `v1,${signature},v1,${signature}`,
        `v1,*`,
      ]),
    );
  },
  'the signature of another delivery': (delivery, random) =>
    changed(delivery, 'webhook-signature', fresh(random).headers['webhook-signature'] ?? ''),
  'the border between the parts': (_delivery, random) => {
    // The same signed text: the time of one reading is the end of the id, or the beginning of the body, of the other.
    const [inner, outer] = [String(now()), String(now() - 1)];
    const { headers } = sealed(`m.${inner}`, outer, Buffer.from('{}'), random.pick(keys));
    return { headers: { ...headers, 'webhook-id': 'm', 'webhook-timestamp': inner }, body: Buffer.from(`${outer}.{}`) };
  },
  'a body that is not UTF-8, well signed': (_delivery, random) =>
    sealed(
      idOf(random),
      String(now()),
      Buffer.concat([bodyOf(random), Buffer.from([random.pick([0xff, 0xc0, 0x80, 0xed])])]),
      random.pick(keys),
    ),
};

/** What the libraries take and the proxy refuses on purpose (docs/decisions/webhooks.md). They agree on all others. */
const stricter: ReadonlySet<string> = new Set([
  'an odd spelling of the time',
  'a header twice',
  'the older names of the headers',
  'another spelling of the signature',
  'the border between the parts',
]);

const libraries = [webhookSecret, olderSecret].map((secret) => new Webhook(secret));

/** As svix verifies: standardwebhooks, with the older names of the headers before the others. */
const librariesTake = ({ headers, body }: Delivery): boolean => {
  const values = ['id', 'timestamp', 'signature'].map((name) => [
    `webhook-${name}`,
    headers[`svix-${name}`] ?? headers[`webhook-${name}`] ?? '',
  ]);
  return libraries.some((library) => {
    try {
      library.verify(body, Object.fromEntries(values), { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
};

export const webhooks: Suite = {
  name: 'webhooks',
  cases: 25_000,
  async run({ random, cases }) {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const world = await openWorld({ webhookSecrets: [webhookSecret, olderSecret] });
    const url = `${world.url}/v1/webhooks/codat`;
    /** The status; 400 where no request can carry such a header. */
    const deliver = async (handler: Handler, { headers, body }: Delivery): Promise<number> => {
      let request: Request;
      try {
        request = new Request(url, { method: 'POST', headers: { ...headers }, body: new Uint8Array(body) });
      } catch {
        return 400;
      }
      return (await handler(request)).status;
    };
    const about = ({ headers, body }: Delivery): string =>
      `${JSON.stringify(headers)}\n${body.toString('latin1').slice(0, 300)}`;

    /** Kinds of which the libraries took any. */
    const taken = new Set<string>();
    const tamper = async (handler: Handler, count: number, found: Findings): Promise<void> => {
      const names = Object.keys(kinds);
      for (let n = 0; n < count; n += 1) {
        const name = names[n % names.length] ?? '';
        const delivery = kinds[name]?.(fresh(random), random) ?? fresh(random);
        // By lot the very same came out.
        if (!name.includes('UTF-8') && !name.includes('border') && verifies(delivery)) continue;
        found.tried();
        const status = await deliver(handler, delivery);
        found.expect(status === 400, () => `${name}: answered ${status}\n${about(delivery)}`);
        if (!librariesTake(delivery)) continue;
        taken.add(name);
        found.expect(stricter.has(name), () => `${name}: the libraries take it\n${about(delivery)}`);
      }
    };

    try {
      const valid = Math.ceil(cases / 5);
      for (let n = 0; n < valid; n += 1) {
        const delivery = good(random);
        const id = delivery.headers['webhook-id'] ?? '';
        const at = new Date(Number(delivery.headers['webhook-timestamp']) * 1000);
        findings.tried();
        const byLibrary = new Set(libraries.map((library) => library.sign(id, at, delivery.body.toString())));
        const signatures = (delivery.headers['webhook-signature'] ?? '').split(' ');
        findings.expect(
          verifies(delivery) && librariesTake(delivery) && signatures.some((one) => byLibrary.has(one)),
          () => `what signs here and the libraries do not agree: ${about(delivery)}`,
        );
        const status = await deliver(world.proxy.fetch, delivery);
        findings.expect(status === 204, () => `a good delivery is answered ${status}\n${about(delivery)}`);
      }
      await tamper(world.proxy.fetch, cases - valid, findings);
      for (const name of stricter)
        findings.expect(taken.has(name), () => `${name}: the libraries do not take it any more`);
      findings.expect(world.recorder.take().length === 0, () => 'a delivery of an unknown event led to Codat');

      for (const [left, passes] of Object.entries(careless)) {
        const found = new Findings();
        const handler: Handler = async (request, env) => {
          const body = Buffer.from(await request.clone().arrayBuffer());
          const isIn = passes({ headers: Object.fromEntries(request.headers), body });
          return isIn ? new Response(null, { status: 204 }) : world.proxy.fetch(request, env);
        };
        await tamper(handler, Math.min(cases, 1_600), found);
        planted.set(`nobody looks at ${left}`, found.faults);
      }
    } finally {
      await world.stop();
    }
    return { findings, planted };
  },
};
