import { z } from 'zod';
import { catalogId, NAMES_MAX } from '../application/commands/input';
import { oneOrMoreSecrets } from '../application/commands/secret-ref';
import { INCIDENT_KINDS, ORDER_KINDS } from '../application/ports/notifier';
import type { SecretRef } from '../domain/catalog/events';
import { eventCatalog } from '../domain/event-catalog';
import { readYamlFile } from './yaml-file';

/** One endpoint of the shop's own, as the file of CARDRAIL_WEBHOOKS describes it. Its secrets are named there, never held. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly SecretRef[];
  /** Names of order events, or kinds of message; everything of orders when absent. */
  readonly events?: readonly string[];
}

const EVENTS: ReadonlySet<string> = new Set([...Object.keys(eventCatalog.order), ...ORDER_KINDS, ...INCIDENT_KINDS]);
/** Names of the endpoints that settings of their own describe. */
export const TAKEN: ReadonlySet<string> = new Set(['webhook', 'incident-webhook', 'mail', 'incident-mail', 'wecom', 'dingtalk']);

const event = z.string().refine((word) => EVENTS.has(word), 'is no event of orders and no kind of message; cardrail events catalog lists the events');

const endpoint = z.strictObject({
  id: catalogId.refine((word) => !TAKEN.has(word), 'is the name of an endpoint that has settings of its own'),
  url: z.url({ protocol: /^https?$/ }).max(2_048),
  secret: oneOrMoreSecrets,
  events: z.array(event).min(1).max(NAMES_MAX).exactOptional(),
});

const file = z.strictObject({
  webhooks: z
    .array(endpoint)
    .max(NAMES_MAX)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'an id stands twice'),
});

/** The endpoints in the file of that name; every problem by its place, and no word of it comes from a value. */
export function readWebhooksFile(name: string | undefined, problems: string[]): readonly WebhookEndpoint[] {
  const read = name === undefined ? null : readYamlFile('CARDRAIL_WEBHOOKS', name, file, problems);
  return read === null ? [] : read.webhooks.map(({ secret, ...rest }) => ({ ...rest, secrets: secret }));
}
