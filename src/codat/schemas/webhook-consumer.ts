import * as z from 'zod';

/** An address that Codat calls. The secret which signs those calls is shown in Codat's portal only. */
export const webhookConsumer = z.object({
  id: z.string(),
  url: z.string().nullish(),
  eventTypes: z.array(z.string()).nullish(),
  disabled: z.boolean().nullish(),
  companyTags: z.array(z.string()).nullish(),
});
export type WebhookConsumer = z.infer<typeof webhookConsumer>;

export const webhookConsumers = z.object({ results: z.array(webhookConsumer).default([]) });

export const createWebhookConsumerRequest = z.object({
  url: z.url({ protocol: /^https?$/ }),
  /** `bankTransactions.write.successful` and the like. */
  eventTypes: z.array(z.string()).readonly().optional(),
  disabled: z.boolean().optional(),
  /** `key:value`; only events of companies with one of these tags are sent. */
  companyTags: z.array(z.string().max(128)).max(10).readonly().optional(),
});
export type CreateWebhookConsumerRequest = z.infer<typeof createWebhookConsumerRequest>;
