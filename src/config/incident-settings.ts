import { z } from 'zod';
import { defaultIncidentPolicy, type IncidentPolicy } from '../domain/incident/policy';
import { secret, setting } from './setting';
import { count, list, text, wholeMs } from './shapes';

const ms = (value: number, about: string) => setting(wholeMs.min(10), `${value}`, about);
const policy = defaultIncidentPolicy;

/** When something is an incident, and who is told; see `IncidentPolicy`. */
export const incidentSettings = {
  CARDRAIL_INCIDENT_LOOK_MS: ms(5_000, 'how often everything is looked at that may be an incident'),
  CARDRAIL_INCIDENT_OPEN_AFTER_MS: ms(policy.openAfterMs, 'an alarm lasts so long before it is an incident'),
  CARDRAIL_INCIDENT_CLOSE_AFTER_MS: ms(policy.closeAfterMs, 'it is over for so long before the incident is closed; doubles each time it comes back'),
  CARDRAIL_INCIDENT_REJOIN_WITHIN_MS: ms(policy.rejoinWithinMs, 'what comes back within this is the same incident'),
  CARDRAIL_INCIDENT_REMIND_AFTER_MS: ms(policy.remindAfterMs, 'people are told again of an incident that nobody has acknowledged'),
  CARDRAIL_INCIDENT_ENRICH_AFTER_MS: ms(
    policy.enrichAfterMs,
    'the histories of the orders concerned are looked at; each next time after twice as long',
  ),
  CARDRAIL_INCIDENT_WAITING_ORDERS: setting(count.min(1), `${policy.waitingOrders}`, 'paid orders that wait for one SKU or channel: an incident'),
  CARDRAIL_INCIDENT_CALLS_IN_DOUBT: setting(count.min(1), `${policy.callsInDoubt}`, 'outside calls of one kind without an outcome: an incident'),
  CARDRAIL_INCIDENT_REVIEWS_WAITING: setting(count.min(1), `${policy.reviewsWaiting}`, 'open reviews: an incident'),
  CARDRAIL_INCIDENT_LOW_CALM_PERCENT: setting(
    count.min(100).max(10_000),
    `${policy.lowCalmPercent}`,
    'a balance or stock that ran low is enough again from so much of its threshold up',
  ),
  CARDRAIL_INCIDENT_LOCALE: setting(z.enum(['zh-CN', 'en']), 'zh-CN', 'language in which people are told of incidents'),
  CARDRAIL_NOTIFIERS: setting(
    text.optional(),
    undefined,
    'YAML file of robots, webhooks and mailboxes that hear of incidents, each with what it hears of; see docs/storm.md',
  ),
  CARDRAIL_INCIDENT_WECOM_URL: secret(z.url().optional(), 'address of a WeCom (企业微信) group robot that tells of incidents; its key stands in it'),
  CARDRAIL_INCIDENT_DINGTALK_URL: secret(z.url().optional(), 'address of a DingTalk (钉钉) robot that tells of incidents; its token stands in it'),
  CARDRAIL_INCIDENT_DINGTALK_SECRET: secret(text.optional(), 'SEC… secret that its requests are signed with; unsigned when absent'),
  CARDRAIL_INCIDENT_WEBHOOK_URL: setting(z.url().optional(), undefined, 'endpoint that hears of incidents; none when absent'),
  CARDRAIL_INCIDENT_WEBHOOK_SECRET: secret(text.optional(), 'whsec_… secret that those webhooks are signed with'),
  CARDRAIL_INCIDENT_MAIL_TO: setting(
    list.pipe(z.array(z.email()).max(20)),
    '',
    'addresses that are mailed about incidents, comma-separated; needs CARDRAIL_SMTP_URL and CARDRAIL_SMTP_FROM',
  ),
} as const;

type Values = { readonly [Name in keyof typeof incidentSettings]: z.output<(typeof incidentSettings)[Name]['schema']> };

export const incidentPolicyOf = (values: Values): IncidentPolicy => ({
  openAfterMs: values.CARDRAIL_INCIDENT_OPEN_AFTER_MS,
  closeAfterMs: values.CARDRAIL_INCIDENT_CLOSE_AFTER_MS,
  rejoinWithinMs: values.CARDRAIL_INCIDENT_REJOIN_WITHIN_MS,
  remindAfterMs: values.CARDRAIL_INCIDENT_REMIND_AFTER_MS,
  enrichAfterMs: values.CARDRAIL_INCIDENT_ENRICH_AFTER_MS,
  waitingOrders: values.CARDRAIL_INCIDENT_WAITING_ORDERS,
  callsInDoubt: values.CARDRAIL_INCIDENT_CALLS_IN_DOUBT,
  reviewsWaiting: values.CARDRAIL_INCIDENT_REVIEWS_WAITING,
  lowCalmPercent: values.CARDRAIL_INCIDENT_LOW_CALM_PERCENT,
});
