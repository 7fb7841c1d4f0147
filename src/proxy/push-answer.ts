/** The HTTP side of a hand-over by lines: the answer is a stream of lines too, so that neither end keeps the whole. */
import type { PushResult } from '../outbox/model.ts';
import { refusalOf } from './codat-problem.ts';
import { Problem, problemBody } from './problem.ts';
import { pushLines } from './push-lines.ts';

/**
 * How much of the answer waits for a caller who does not read it yet; beyond it nothing more is taken. Some clients
 * read only when they have sent everything: for them it has room for some ninety thousand issues.
 */
const unreadBytes = 16 * 1024 * 1024;

export const isLines = (request: Request): boolean =>
  /^application\/(x-)?ndjson\s*(;|$)/i.test(request.headers.get('content-type') ?? '');

async function* received(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  try {
    yield* body;
  } catch (cause) {
    throw new Problem('invalid_request', 'The text broke off. Hand all of it over again: nothing is taken twice.', {
      cause,
    });
  }
}

/**
 * Answers 200 at once; its last line is the summary or, where it had to end before, a problem. A cut connection ends it
 * too: then there is no last line.
 */
export const pushLinesResponse = (
  body: ReadableStream<Uint8Array> | null,
  parts: {
    readonly push: (input: unknown) => Promise<PushResult>;
    readonly dryRun: boolean;
    readonly report: (error: unknown) => Problem;
    /** Called when the last line is written, or nobody reads any more. */
    readonly ended: () => void;
  },
): Response => {
  const { push, dryRun, report, ended } = parts;
  const answers = pushLines(received(body), push, { dryRun, refusal: refusalOf });
  const encoder = new TextEncoder();
  const encode = (lines: readonly object[]) =>
    encoder.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          // Until there is something to say: a pull that adds nothing is not repeated.
          for (let next = await answers.next(); ; next = await answers.next()) {
            if (next.done) {
              ended();
              return controller.close();
            }
            if (next.value.length > 0) return controller.enqueue(encode(next.value));
          }
        } catch (error) {
          ended();
          controller.enqueue(encode([{ ...problemBody(report(error)), type: 'problem' }]));
          return controller.close();
        }
      },
      async cancel() {
        try {
          await answers.return();
        } finally {
          ended();
        }
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: unreadBytes }),
  );
  return new Response(stream, { headers: { 'content-type': 'application/x-ndjson' } });
};
