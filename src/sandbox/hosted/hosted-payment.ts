import { decimalText } from '../../domain/kernel/decimal';
import type { PaymentV1 } from '../../protocols/gateway-v1';
import type { Courier } from '../notices';
import { webhookCourier } from '../webhook-courier';

const STATES = { OPEN: 'waiting', PAID: 'succeeded', DECLINED: 'failed', CLOSED: 'expired' } as const satisfies Record<PaymentV1['status'], string>;

/** A payment in the words of a service that never heard of gateway v1: names, states and decimal amounts of its own. */
export const hostedPayment = ({
  reference,
  merchantId,
  status,
  amountMinor,
  capturedMinor,
  refundedMinor,
  currency,
  transactionId,
}: PaymentV1): object => ({
  id: transactionId ?? `pay_${reference}`,
  order: reference,
  shop: merchantId,
  state: STATES[status],
  total: decimalText(status === 'PAID' ? capturedMinor : amountMinor, currency),
  returned: decimalText(refundedMinor, currency),
  currency: currency.toLowerCase(),
});

/** Its notices: Standard Webhooks around that payment. */
export const hostedCourier = (secret: string): Courier<PaymentV1> =>
  webhookCourier<PaymentV1>(secret, (facts) => ({ type: `payment.${STATES[facts.status]}`, data: hostedPayment(facts) }));
