/** Who hears of events. From Codat's Platform document: these belong to the API key, not to a company. */
import type { CallOptions, WriteOptions } from '../call-options.ts';
import type { Http } from '../http.ts';
import { segment } from '../paths.ts';
import { createWebhookConsumerRequest, webhookConsumer, webhookConsumers } from '../schemas/webhook-consumer.ts';
import type { CreateWebhookConsumerRequest, WebhookConsumer } from '../schemas/webhook-consumer.ts';
import { bodyOf } from './arguments.ts';

export interface WebhookConsumerCalls {
  /** Not paged: there are at most 50. */
  listWebhookConsumers(options?: CallOptions): Promise<WebhookConsumer[]>;

  /** Has events sent to an address. The secret that signs them is shown in Codat's portal only. */
  createWebhookConsumer(consumer: CreateWebhookConsumerRequest, options?: WriteOptions): Promise<WebhookConsumer>;

  deleteWebhookConsumer(webhookId: string, options?: CallOptions): Promise<void>;
}

export const webhookConsumerCalls = (http: Http): WebhookConsumerCalls => ({
  async listWebhookConsumers(options) {
    const about = { operation: 'listWebhookConsumers', method: 'GET', path: '/webhooks' } as const;
    return (await http.json({ ...options, ...about }, webhookConsumers)).results;
  },

  async createWebhookConsumer(consumer, options) {
    const body = bodyOf('consumer', createWebhookConsumerRequest, consumer);
    const about = { operation: 'createWebhookConsumer', method: 'POST', path: '/webhooks', body } as const;
    return http.json({ ...options, ...about }, webhookConsumer);
  },

  async deleteWebhookConsumer(webhookId, options) {
    const path = `/webhooks/${segment('webhookId', webhookId)}`;
    return http.empty({ ...options, operation: 'deleteWebhookConsumer', method: 'DELETE', path });
  },
});
