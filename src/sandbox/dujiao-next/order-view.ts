import { decimalText } from '../../domain/kernel/decimal';
import type { PurchaseV1 } from '../../protocols/channel-v1';
import { purchaseView, type PurchaseRecord } from '../purchase-book';

const STATES = {
  COMPLETED: 'completed',
  PARTIAL: 'completed',
  PENDING: 'paid',
  REFUSED: 'canceled',
  CANCELLED: 'canceled',
} as const satisfies Record<PurchaseV1['status'], string>;

export const statusOf = ({ status }: PurchaseV1): string => STATES[status];

/** Codes one to a line; what has no code has no line. */
export function fulfilmentOf({ status, cards, receipt }: PurchaseV1): object | undefined {
  if (status !== 'COMPLETED' && status !== 'PARTIAL') return undefined;
  const codes = cards.flatMap((card) => {
    const code: unknown = typeof card === 'object' && card !== null && 'code' in card ? card.code : undefined;
    return typeof code === 'string' ? [code] : [];
  });
  return { type: receipt === undefined ? 'auto' : 'manual', status: 'delivered', payload: receipt ?? codes.join('\n') };
}

/** An order as `GET /orders/:id` shows it. */
export function orderView(purchase: PurchaseRecord): object {
  const facts = purchaseView(purchase);
  const { serial, product, quantity, units, unitCostMinor, currency } = purchase;
  const fulfillment = fulfilmentOf(facts);
  return {
    ok: true,
    order_id: serial,
    order_no: `DJ${serial}`,
    status: statusOf(facts),
    amount: decimalText(unitCostMinor * units, currency),
    refunded_amount: '0.00',
    currency,
    ...(fulfillment && { fulfillment }),
    items: [{ sku_id: skuNumberOf(product), quantity }],
  };
}

/** Products are named `product/sku`. */
export const skuNumberOf = (product: string): number => Number(product.split('/')[1] ?? 0);
