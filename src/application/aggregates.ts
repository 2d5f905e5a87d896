import { checkpoints } from '../domain/audit/checkpoints';
import { approval } from '../domain/approval/decide';
import { batch } from '../domain/batch/decide';
import { block } from '../domain/block/decide';
import { buyerSlot } from '../domain/buyer/slot';
import { card } from '../domain/card/decide';
import { channel } from '../domain/catalog/channel';
import { gateway } from '../domain/catalog/gateway';
import { apiKey } from '../domain/catalog/api-key';
import { sku } from '../domain/catalog/setting';
import { chargeback } from '../domain/chargeback/decide';
import { closing } from '../domain/closing/decide';
import { endpoint } from '../domain/endpoint/decide';
import { discrepancy } from '../domain/discrepancy/decide';
import type { Decider } from '../domain/kernel/decider';
import type { DomainEvent } from '../domain/kernel/event';
import type { Rejection } from '../domain/kernel/rejection';
import { incident } from '../domain/incident/decide';
import { job } from '../domain/job/decide';
import { sealingKey } from '../domain/key/decide';
import { channelNotice } from '../domain/notice/channel-notice';
import { notice } from '../domain/notice/decide';
import { order } from '../domain/order/decide';
import { refusalsOfDay } from '../domain/refusal/refusals-of-day';
import { statement } from '../domain/statement/decide';
import { subject } from '../domain/subject/decide';
import { supply } from '../domain/supply/decide';
import { voucher } from '../domain/voucher/decide';
import { loadShedding } from '../domain/shedding/decide';
import { routingPolicy } from '../domain/routing/policy-decider';

/** A decider and the category of the streams it decides on. */
export interface Aggregate<C, E extends DomainEvent, S, R extends Rejection> {
  readonly category: string;
  readonly decider: Decider<C, E, S, R>;
}

export const aggregates = {
  order: { category: 'order', decider: order },
  card: { category: 'card', decider: card },
  batch: { category: 'batch', decider: batch },
  buyer: { category: 'buyer', decider: buyerSlot },
  block: { category: 'block', decider: block },
  loadShedding: { category: 'loadshedding', decider: loadShedding },
  endpoint: { category: 'endpoint', decider: endpoint },
  incident: { category: 'incident', decider: incident },
  job: { category: 'job', decider: job },
  subject: { category: 'subject', decider: subject },
  sealingKey: { category: 'key', decider: sealingKey },
  notice: { category: 'notice', decider: notice },
  sku: { category: 'sku', decider: sku },
  gateway: { category: 'gateway', decider: gateway },
  channel: { category: 'channel', decider: channel },
  channelNotice: { category: 'channelnotice', decider: channelNotice },
  apiKey: { category: 'apikey', decider: apiKey },
  audit: { category: 'audit', decider: checkpoints },
  approval: { category: 'approval', decider: approval },
  closing: { category: 'ledger', decider: closing },
  voucher: { category: 'voucher', decider: voucher },
  chargeback: { category: 'chargeback', decider: chargeback },
  routing: { category: 'routing', decider: routingPolicy },
  discrepancy: { category: 'discrepancy', decider: discrepancy },
  statement: { category: 'statement', decider: statement },
  refusal: { category: 'refusal', decider: refusalsOfDay },
  supply: { category: 'supply', decider: supply },
} as const;

/** The one stream of routing policies is `routing-policy`. */
export const ROUTING_POLICY = 'policy';

export const streamOf = (aggregate: { readonly category: string }, id: string): string => `${aggregate.category}-${id}`;

/** The one stream of what the shop does without is `loadshedding-shop`. */
export const LOAD_SHEDDING = 'shop';

/** A shop has one ledger: the days of it are `ledger-shop`. */
export const LEDGER = 'shop';
