import { z } from 'zod';
import { defaultOutboxLimits, type OutboxLimits } from '../application/outbox/limits';
import { secret, setting } from './setting';
import { count, text, wholeMs } from './shapes';

const limits = defaultOutboxLimits.later;
const ms = (value: number, about: string) => setting(wholeMs.min(10), `${value}`, about);

/** Who hears of orders besides the buyers, and how long a message is kept for one that is away. */
export const outboxSettings = {
  CARDRAIL_WEBHOOKS: setting(
    text.optional(),
    undefined,
    'YAML file of webhook endpoints, each with the events that it hears of; see docs/webhooks.md',
  ),
  CARDRAIL_WEBHOOK_URL: setting(z.url().optional(), undefined, 'endpoint that hears of every event of an order; none when absent'),
  CARDRAIL_WEBHOOK_SECRET: secret(
    text.optional(),
    'whsec_… secret that those webhooks are signed with; several, separated by spaces, while it is changed',
  ),
  CARDRAIL_OUTBOX_TRIES_MAX: setting(
    count.min(1),
    `${defaultOutboxLimits.triesMax}`,
    'tries of one message, seconds apart, while later ones of its order wait; then it is set aside',
  ),
  CARDRAIL_OUTBOX_RETRY_FIRST_MS: ms(limits.firstMs, 'a message that was set aside is tried again after this, doubled each time'),
  CARDRAIL_OUTBOX_RETRY_MAX_MS: ms(limits.maxMs, 'and after this at most'),
  CARDRAIL_OUTBOX_RETRY_TRIES_MAX: setting(count, `${limits.triesMax}`, 'after so many tries of that kind it waits for a person'),
  CARDRAIL_OUTBOX_RETRY_LOOK_MS: ms(limits.lookEveryMs, 'how often it is looked for messages whose time has come'),
} as const;

type Values = { readonly [Name in keyof typeof outboxSettings]: z.output<(typeof outboxSettings)[Name]['schema']> };

export const outboxLimitsOf = (values: Values): OutboxLimits => ({
  ...defaultOutboxLimits,
  triesMax: values.CARDRAIL_OUTBOX_TRIES_MAX,
  later: {
    firstMs: values.CARDRAIL_OUTBOX_RETRY_FIRST_MS,
    maxMs: values.CARDRAIL_OUTBOX_RETRY_MAX_MS,
    triesMax: values.CARDRAIL_OUTBOX_RETRY_TRIES_MAX,
    lookEveryMs: values.CARDRAIL_OUTBOX_RETRY_LOOK_MS,
  },
});
