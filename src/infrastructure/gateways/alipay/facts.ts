import type { z } from 'zod';
import type { PaymentFacts } from '../../../application/ports/gateway';
import { plainDecimal } from '../../../domain/kernel/decimal';
import { CURRENCY, type tradeSchema, type tradeStatus } from '../../../protocols/alipay/words';

type Status = z.output<typeof tradeStatus>;

/** A trade that is closed was given back whole when it had been paid, and else was never paid. */
export function statusOf(status: Status, wasPaid: boolean): PaymentFacts['status'] {
  if (status === 'TRADE_CLOSED') return wasPaid ? 'PAID' : 'CLOSED';
  return status === 'WAIT_BUYER_PAY' ? 'OPEN' : 'PAID';
}

/** Undefined for one whose amount is none. `refundedMinor`: what of its refunds was seen. */
export function tradeFacts(
  { trade_status: word, trade_no: transactionId, total_amount: total, send_pay_date: paidOn }: z.output<typeof tradeSchema>,
  { reference, merchantId }: Pick<PaymentFacts, 'reference' | 'merchantId'>,
  refundedMinor: number,
): PaymentFacts | undefined {
  const amountMinor = plainDecimal(total, CURRENCY);
  if (amountMinor === null) return undefined;
  const status = statusOf(word, paidOn !== undefined);
  const paid = status === 'PAID';
  const back = paid && word === 'TRADE_CLOSED' ? amountMinor : refundedMinor;
  const facts = { reference, merchantId, status, amountMinor, capturedMinor: paid ? amountMinor : 0, refundedMinor: back, currency: CURRENCY };
  return paid ? { ...facts, transactionId } : facts;
}
