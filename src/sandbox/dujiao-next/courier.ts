import type { PurchaseV1 } from '../../protocols/channel-v1';
import { signedHeaders } from '../../protocols/dujiao-next/signing';
import { CALLBACK_PATH } from '../../protocols/dujiao-next/words';
import type { Courier } from '../notices';
import type { DujiaoNextAccountOptions } from './dujiao-next-calls';
import { fulfilmentOf, statusOf } from './order-view';

/** Callbacks of Dujiao-Next: status and goods, without a price, signed for the path of its own callback wherever they go. Any `{"ok":true}` ends them. */
export function dujiaoNextCourier({ apiKey, apiSecret }: DujiaoNextAccountOptions, orderOf: (requestId: string) => number): Courier<PurchaseV1> {
  return {
    carries: () => true,
    letter({ url, facts, forged }, atMs) {
      const fulfillment = fulfilmentOf(facts);
      const body = JSON.stringify({
        event: 'order.updated',
        order_id: Math.max(1, orderOf(facts.requestId)),
        downstream_order_no: facts.requestId,
        status: statusOf(facts),
        ...(fulfillment && { fulfillment }),
        timestamp: Math.floor(atMs / 1_000),
      });
      const signed = signedHeaders(apiKey, forged ? `${apiSecret}?` : apiSecret, { method: 'POST', path: CALLBACK_PATH, body }, atMs);
      return { method: 'POST', url, headers: { 'content-type': 'application/json', ...signed }, body };
    },
    isTaken: (status, answer) => status === 200 && !answer.includes('"ok":false'),
  };
}
