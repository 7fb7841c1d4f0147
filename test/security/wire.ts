import { Agent, request } from 'node:http';

export interface Asked {
  readonly method: string;
  /** Sent as it stands: nothing is normalized on the way. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Without its length, in pieces. */
  readonly isChunked?: boolean | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** One request over a real socket. */
export const ask = (port: number, { method, path, headers, body, isChunked }: Asked): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const given = {
      ...(bytes === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bytes === undefined || isChunked === true ? {} : { 'content-length': String(bytes.length) }),
      ...headers,
    };
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers: given }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    if (isChunked === true)
      for (let at = 0; at < (bytes?.length ?? 0); at += 16_384) sent.write(bytes?.subarray(at, at + 16_384));
    sent.end(isChunked === true ? undefined : bytes);
  });

/** Two answers that must not be told apart have the same of these: all but what differs with each request. */
export const bytesOf = ({ status, headers, text }: Answered): string => {
  const { date: _date, 'x-request-id': _requestId, ...others } = headers;
  return JSON.stringify([status, Object.entries(others).toSorted(([one], [other]) => one.localeCompare(other)), text]);
};

export interface OpenAnswer extends Answered {
  close(): void;
}

/** A request whose answer is left open; `text` is empty. */
export const open = (port: number, { method, path, headers }: Asked): Promise<OpenAnswer> =>
  new Promise((resolve, reject) => {
    const sent = request({ agent: false, host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.on('error', () => {});
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: '', close: () => sent.destroy() });
    });
    sent.on('error', reject);
    sent.end();
  });
