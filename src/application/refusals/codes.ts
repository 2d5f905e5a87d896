import type { ApprovalRejection } from '../../domain/approval/decide';
import type { BatchRejection } from '../../domain/batch/decide';
import type { BlockRejection } from '../../domain/block/decide';
import type { BuyerSlotRejection } from '../../domain/buyer/slot';
import type { CardRejection } from '../../domain/card/decide';
import type { ApiKeyRejection } from '../../domain/catalog/api-key';
import type { SettingRejection } from '../../domain/catalog/setting';
import type { RoutingPolicyRejection } from '../../domain/routing/policy-decider';
import type { IncidentRejection } from '../../domain/incident/decide';
import type { JobRejection } from '../../domain/job/decide';
import type { KeyRejection } from '../../domain/key/decide';
import type { NoticeRejection } from '../../domain/notice/decide';
import type { OrderRejection } from '../../domain/order/commands';
import type { FinanceRefusalCode } from '../finance/finance-refusals';

/** Refusals that the application itself speaks, before or around a decision. */
export type ApplicationRefusalCode =
  | 'NOT_FOUND'
  | 'ASSIGNEE_NOT_FOUND'
  | 'BUYER_BLOCKED'
  | 'CAPTCHA_REQUIRED'
  | 'CAPTCHA_FAILED'
  | 'CAPTCHA_UNAVAILABLE'
  | 'BLOCKS_FULL'
  | 'NOTHING_TO_BLOCK_BY'
  | 'RANGE_TOO_WIDE'
  | 'BUYER_NOT_FOUND'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'SKU_NOT_FOUND'
  | 'SKU_PAUSED'
  | 'GATEWAY_NOT_AVAILABLE'
  | 'GATEWAY_ISOLATED'
  | 'CHANNEL_NOT_FOUND'
  | 'QUANTITY_OUT_OF_RANGE'
  | 'FIELDS_MISSING'
  | 'FIELDS_UNKNOWN'
  | 'OUT_OF_STOCK'
  | 'OPEN_ORDER_EXISTS'
  | 'SYSTEM_BUSY'
  | 'COOLING_DOWN'
  | 'TOO_MANY_UNPAID_ORDERS'
  | 'REASON_REQUIRED'
  | 'CARDS_UNREADABLE'
  | 'FIELDS_UNREADABLE'
  | 'CARD_DAMAGED'
  | 'EVIDENCE_REQUIRED'
  | 'ALREADY_SO'
  | 'BATCH_NOT_FOUND'
  | 'PROJECTION_NOT_FOUND'
  | 'NOT_PARKED'
  | 'ENDPOINT_NOT_FOUND'
  | 'ENDPOINT_TAKES_NO_REPEATS'
  | 'SEALING_KEY_IN_USE'
  | 'EXPORT_OVER'
  | 'NOTHING_TO_EXPORT'
  | 'NOTHING_SELECTED'
  | 'SCOPE_NOT_OF_ROLE'
  | 'CONFIRMATION_INVALID'
  | 'CONFIRMATION_OUTDATED';

export type DomainRefusalCode = (
  | OrderRejection
  | CardRejection
  | BatchRejection
  | SettingRejection
  | ApiKeyRejection
  | BuyerSlotRejection
  | BlockRejection
  | NoticeRejection
  | JobRejection
  | KeyRejection
  | ApprovalRejection
  | RoutingPolicyRejection
  | IncidentRejection
)['code'];
export type RefusalCode = ApplicationRefusalCode | DomainRefusalCode | FinanceRefusalCode;
