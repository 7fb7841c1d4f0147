import * as z from 'zod';
import { isWebhookUrl, type WebhookConsumer } from '../webhooks.ts';
import { ApiError, quote } from './errors.ts';
import { requiredText, text } from './fields.ts';
import { ok, type Operation, parseBody } from './operation.ts';

const path = '/webhooks';
const mostConsumers = 50;

const url = requiredText(2000).refine(
  isWebhookUrl,
  'must be an absolute http or https address without a user name or password',
);

/**
 * The older service's names for its rule types have spaces: `Dataset data changed` is kept as
 * `DatasetDataChanged`, as in the document's example.
 */
const eventType = requiredText(200).transform((given) =>
  given.replace(/\(\)$/, '').replaceAll(/ +(\S?)/g, (_, letter: string) => letter.toUpperCase()),
);

const created = z.object({
  url,
  eventTypes: z
    .array(eventType, 'must be a list of event types')
    .min(1, 'must name at least one event type')
    .max(200, 'must have at most 200 entries'),
  disabled: z.boolean('must be true or false').nullish(),
  companyTags: z
    .array(text(128).regex(/^[^:]+:/, 'must have the form tagKey:tagValue'))
    .max(10, 'must have at most 10 entries')
    .nullish(),
});

/** As Codat shows it: the secret is not part of it. */
const view = ({ id, url: address, disabled, eventTypes, companyTags }: WebhookConsumer) => ({
  id,
  url: address,
  disabled,
  eventTypes,
  companyTags,
});

const listConsumers: Operation = {
  id: 'list-webhook-consumers',
  method: 'GET',
  path,
  handle: ({ core }) => ok({ results: core.webhooks.consumers().slice(0, mostConsumers).map(view) }),
};

const createConsumer: Operation = {
  id: 'create-webhook-consumer',
  method: 'POST',
  path,
  handle({ core, body }) {
    const given = parseBody(created, body);
    if (core.webhooks.consumers().length >= mostConsumers) {
      throw new ApiError(400, `A client has at most ${mostConsumers} webhook consumers. Delete one first.`);
    }
    const consumer = core.webhooks.create({
      ...given,
      disabled: given.disabled ?? false,
      companyTags: given.companyTags ?? undefined,
    });
    return { status: 201, body: view(consumer) };
  },
};

const deleteConsumer: Operation = {
  id: 'delete-webhook-consumer',
  method: 'DELETE',
  path: `${path}/:webhookId`,
  handle({ core, params }) {
    const id = params['webhookId'] ?? '';
    if (core.webhooks.remove(id)) return { status: 204 };
    throw new ApiError(404, `No webhook consumer was found with ID ${quote(id)}`);
  },
};

/** Of the Platform API, which tells what the Bank Feeds API does; the Bank Feeds document does not list them. */
export const webhookConsumerOperations: readonly Operation[] = [listConsumers, createConsumer, deleteConsumer];
