/** Who hears of events. From Codat's Platform document: these belong to the API key, not to a company. */
import type { CallOptions, Http, WriteOptions } from '../http.ts';
import { segment } from '../paths.ts';
import { createWebhookConsumerRequest, webhookConsumer, webhookConsumers } from '../schemas/webhook-consumer.ts';
import type { CreateWebhookConsumerRequest, WebhookConsumer } from '../schemas/webhook-consumer.ts';
import { bodyOf } from './arguments.ts';

export const webhookConsumerCalls = (http: Http) => ({
  /** Not paged: there are at most 50. */
  async listWebhookConsumers(options: CallOptions = {}): Promise<WebhookConsumer[]> {
    const about = { operation: 'listWebhookConsumers', method: 'GET', path: '/webhooks' } as const;
    return (await http.json({ ...options, ...about }, webhookConsumers)).value.results;
  },

  async createWebhookConsumer(
    consumer: CreateWebhookConsumerRequest,
    options: WriteOptions = {},
  ): Promise<WebhookConsumer> {
    const body = bodyOf('consumer', createWebhookConsumerRequest, consumer);
    const about = { operation: 'createWebhookConsumer', method: 'POST', path: '/webhooks', body } as const;
    return (await http.json({ ...options, ...about }, webhookConsumer)).value;
  },

  async deleteWebhookConsumer(webhookId: string, options: CallOptions = {}): Promise<void> {
    const path = `/webhooks/${segment('webhookId', webhookId)}`;
    await http.empty({ ...options, operation: 'deleteWebhookConsumer', method: 'DELETE', path });
  },
});
