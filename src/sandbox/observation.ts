/**
 * Whoever wants to judge the sandbox from outside may listen: every answer of its API and every event is
 * published on a channel of Node's, in this process. Without a listener nothing is done.
 */
import { channel } from 'node:diagnostics_channel';

/** One answer as it left. */
export interface ObservedAnswer {
  /** As the document names it; absent where no operation stands behind the path or the method. */
  readonly operationId?: string | undefined;
  readonly method: string;
  /** The route with `:name` parameters; the path itself where there is none. */
  readonly path: string;
  readonly status: number;
  /** The JSON text; absent: an answer without a body. */
  readonly body?: string | undefined;
  /** Whether a fault or a test answered in the operation's place. */
  readonly injected: boolean;
}

/** One event as its receivers get it, once however many they are. */
export interface ObservedWebhook {
  readonly eventType: string;
  readonly body: string;
}

/** Where an `ObservedAnswer` is published. */
export const answerChannel = 'bank-feed-elements:sandbox:answer';
/** Where an `ObservedWebhook` is published. */
export const webhookChannel = 'bank-feed-elements:sandbox:webhook';

const answers = channel(answerChannel);
const webhooks = channel(webhookChannel);

type Answer = Omit<ObservedAnswer, 'body'> & { readonly body: string | Uint8Array | undefined };

export function observeAnswer({ body, ...answer }: Answer): void {
  if (!answers.hasSubscribers) return;
  answers.publish({ ...answer, body: body instanceof Uint8Array ? new TextDecoder().decode(body) : body });
}

export function observeWebhook(webhook: ObservedWebhook): void {
  if (webhooks.hasSubscribers) webhooks.publish(webhook);
}
