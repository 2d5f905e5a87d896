import { decimalText } from '../../domain/kernel/decimal';
import { beijingTime } from '../../protocols/alipay/signing';
import { CURRENCY } from '../../protocols/alipay/words';
import type { PaymentV1 } from '../../protocols/gateway-v1';

/** A trade that was given back whole is closed, as one that was never paid; only the time of the money tells them apart. */
export function statusOf({ status, capturedMinor, refundedMinor }: PaymentV1): string {
  if (status === 'OPEN') return 'WAIT_BUYER_PAY';
  return status === 'PAID' && refundedMinor < capturedMinor ? 'TRADE_SUCCESS' : 'TRADE_CLOSED';
}

/** What a query tells of a trade. */
export function tradeView(facts: PaymentV1): Record<string, string> {
  const { reference, status, amountMinor, capturedMinor, paidAt } = facts;
  const paid = status === 'PAID';
  return {
    out_trade_no: reference,
    trade_no: `2026${reference}`,
    trade_status: statusOf(facts),
    total_amount: decimalText(paid ? capturedMinor : amountMinor, CURRENCY),
    ...(paid && paidAt !== undefined && { send_pay_date: beijingTime(Date.parse(paidAt)) }),
  };
}
