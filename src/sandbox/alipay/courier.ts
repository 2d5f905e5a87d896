import { decimalText } from '../../domain/kernel/decimal';
import { beijingTime, IN_NOTICES, textToSign } from '../../protocols/alipay/signing';
import { CURRENCY, TAKEN } from '../../protocols/alipay/words';
import { writeForm, type EpayParams } from '../../protocols/epay/form';
import type { PaymentV1 } from '../../protocols/gateway-v1';
import { rsaSigning } from '../../protocols/rsa-keys';
import type { Courier } from '../notices';
import type { AlipayAccountOptions } from './alipay-calls';
import { tradeView } from './trade-view';

/** Notices of Alipay: a form by POST, until the answer is the word `success`. Of a trade that waits for its buyer none is sent. */
export function alipayCourier({ platformPrivateKey, sellerId = '2088000000000001' }: AlipayAccountOptions): Courier<PaymentV1> {
  const sign = rsaSigning(platformPrivateKey);
  return {
    carries: ({ status }) => status !== 'OPEN',
    letter({ id, url, facts, forged }, atMs) {
      const { send_pay_date: paidOn, ...trade } = tradeView(facts);
      const params: EpayParams = {
        notify_id: id,
        notify_type: 'trade_status_sync',
        notify_time: beijingTime(atMs),
        charset: 'utf-8',
        version: '1.0',
        app_id: facts.merchantId,
        seller_id: sellerId,
        ...trade,
        ...(paidOn !== undefined && { gmt_payment: paidOn }),
        ...(facts.refundedMinor > 0 && { refund_fee: decimalText(facts.refundedMinor, CURRENCY) }),
        sign_type: 'RSA2',
      };
      // Whoever forges does not know the key: the signature is one of something else.
      const signed = forged ? { ...params, total_amount: '0.01' } : params;
      const body = writeForm({ ...params, sign: sign(textToSign(signed, IN_NOTICES)) });
      return { method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body };
    },
    isTaken: (status, answer) => status === 200 && answer === TAKEN,
  };
}
