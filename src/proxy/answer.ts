/**
 * An answer whose text is whole, left aside from its Response with its headers: Node writes both at once (`toNode`).
 * Inside a Response they would become a stream and a checked list, which cost as much as all of the proxy's checks.
 */
export class TextResponse extends Response {
  readonly whole: string;
  #named: Readonly<Record<string, string>>;
  #headers: Headers | undefined;

  constructor(whole: string, status: number, contentType: string) {
    super(null, { status });
    this.whole = whole;
    this.#named = { 'content-type': contentType };
  }

  /** Made for whoever asks; then they are what counts. */
  override get headers(): Headers {
    return (this.#headers ??= new Headers(this.#named));
  }

  /** Lower-case names, one value each. */
  get named(): Readonly<Record<string, string>> {
    return this.#headers === undefined ? this.#named : Object.fromEntries(this.#headers);
  }

  /** Those it does not have yet. */
  add(headers: Readonly<Record<string, string>>): void {
    if (this.#headers === undefined) this.#named = { ...headers, ...this.#named };
    else addTo(this.#headers, headers);
  }
}

const addTo = (own: Headers, headers: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(headers)) if (!own.has(name)) own.set(name, value);
};

/** Adds headers, by their lower-case names; what the answer has already, stays. */
export const addHeaders = (answer: Response, headers: Readonly<Record<string, string>>): void => {
  if (answer instanceof TextResponse) answer.add(headers);
  else addTo(answer.headers, headers);
};

export const json = (value: unknown, status = 200): Response =>
  new TextResponse(JSON.stringify(value), status, 'application/json');

/** Asks `fetch` to leave a text aside: only whoever writes it may. */
export const textAside = Symbol('text aside');

/** The same as anybody else reads it. */
export const withBody = (answer: Response): Response =>
  answer instanceof TextResponse
    ? new Response(answer.whole, { status: answer.status, headers: answer.named })
    : answer;
