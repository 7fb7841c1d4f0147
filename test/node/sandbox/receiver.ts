/** A receiver of webhooks in the same process, which answers what it is told to. */
export interface Delivery {
  readonly id: string;
  readonly timestamp: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly text: string;
  // Tests read events as deep as they like.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export function receiver(answer: () => number | Error | Response = () => 200) {
  const deliveries: Delivery[] = [];
  const send = async (request: Request): Promise<Response> => {
    const text = await request.text();
    const headers = Object.fromEntries(request.headers);
    deliveries.push({
      id: headers['webhook-id'] ?? '',
      timestamp: headers['webhook-timestamp'] ?? '',
      url: request.url,
      headers,
      text,
      body: JSON.parse(text),
    });
    const outcome = answer();
    if (outcome instanceof Error) throw outcome;
    return outcome instanceof Response ? outcome : new Response(null, { status: outcome });
  };
  const types = (): string[] => deliveries.map(({ body }) => body.eventType);
  return { deliveries, send, types };
}
