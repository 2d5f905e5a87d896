import { PHASES, type Phase } from '../../domain/order/phase';
import { type Coverage, FAULT_ROWS, type FaultRow } from '../world/faults';

/** What a fault is counted under that hits cards which are bought ahead. */
export const BUYING_AHEAD = 'BUYING_AHEAD';
/** NONE: it hits no order · ABSENT: one of which nothing is stored yet. */
export type Cell = Phase | typeof BUYING_AHEAD | 'NONE' | 'ABSENT';

/** Orders that have not ended. */
const OPEN: readonly Phase[] = [
  'QUEUED',
  'OPENING_PAYMENT',
  'AWAITING_BUYER',
  'PAYMENT_IN_DOUBT',
  'PAID_WAITING_CARD',
  'PURCHASING',
  'PURCHASE_IN_DOUBT',
  'REFUNDING',
  'REFUND_IN_DOUBT',
];
/** While a payment is requested, asked about or closed, or money goes back; after-care asks about what has ended. */
const PAYING: readonly Phase[] = ['OPENING_PAYMENT', 'AWAITING_BUYER', 'PAYMENT_IN_DOUBT', 'REFUNDING', 'REFUND_IN_DOUBT', 'DECLINED', 'EXPIRED'];
const NOTICED: readonly Phase[] = ['OPENING_PAYMENT', 'AWAITING_BUYER', 'PAYMENT_IN_DOUBT', 'PAID_WAITING_CARD', 'DELIVERED', 'EXPIRED'];
/** A shop that is hit as a whole is hit with whatever is open in it. */
const WHOLE_SHOP = OPEN;

/** Where each row can strike: the cells of the table that a long enough run must have hit. */
export const CELLS: Readonly<Record<FaultRow, readonly Cell[]>> = {
  F1: ['NONE', ...OPEN],
  F2: WHOLE_SHOP,
  F3: ['NONE', 'ABSENT', ...PHASES],
  F4: ['NONE', 'ABSENT', ...OPEN],
  F5: ['NONE', 'ABSENT', ...OPEN],
  F6: WHOLE_SHOP,
  F7: PAYING,
  F8: ['AWAITING_BUYER', 'OPENING_PAYMENT', 'REFUNDING'],
  F9: NOTICED,
  F10: NOTICED,
  F11: WHOLE_SHOP,
  F12: ['NONE'],
  F13: ['NONE'],
  F14: ['OPENING_PAYMENT', 'AWAITING_BUYER', 'PAID_WAITING_CARD', 'DELIVERED', 'CANCELLED', 'EXPIRED', 'DECLINED', 'REFUNDED'],
  F17: ['OPENING_PAYMENT', 'AWAITING_BUYER', 'PAYMENT_IN_DOUBT', 'PAID_WAITING_CARD', 'REFUNDING'],
  F18: ['NONE'],
  F19: ['NONE'],
  F20: WHOLE_SHOP,
  F22: WHOLE_SHOP,
  F23: WHOLE_SHOP,
  F25: ['PURCHASING', 'PURCHASE_IN_DOUBT', BUYING_AHEAD],
  F26: ['PAID_WAITING_CARD'],
  F27: WHOLE_SHOP,
  F28: WHOLE_SHOP,
  F29: WHOLE_SHOP,
  F30: WHOLE_SHOP,
};

/** Cells that can exist and were not hit, as `F7 EXPIRED`. */
export const neverHit = (coverage: Coverage): readonly string[] =>
  FAULT_ROWS.flatMap((row) => CELLS[row].filter((cell) => (coverage[row]?.[cell] ?? 0) === 0).map((cell) => `${row} ${cell}`));
