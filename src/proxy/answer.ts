/**
 * An answer whose text is whole, left aside from its Response: Node writes it at once (`toNode`). Inside a Response it
 * would become a stream, which costs as much as all of the proxy's checks.
 */
export class TextResponse extends Response {
  readonly whole: string;

  constructor(whole: string, status: number, contentType: string) {
    super(null, { status, headers: { 'content-type': contentType } });
    this.whole = whole;
  }
}

export const json = (value: unknown, status = 200): Response =>
  new TextResponse(JSON.stringify(value), status, 'application/json');

/** Asks `fetch` to leave a text aside: only whoever writes it may. */
export const textAside = Symbol('text aside');

/** The same as anybody else reads it. */
export const withBody = (answer: Response): Response =>
  answer instanceof TextResponse ? new Response(answer.whole, answer) : answer;
