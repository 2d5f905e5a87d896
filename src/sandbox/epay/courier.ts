import { writeForm } from '../../protocols/epay/form';
import type { EpayParams } from '../../protocols/epay/form';
import { yuanText } from '../../protocols/epay/money';
import { withSignature } from '../../protocols/epay/signing';
import { TAKEN, TRADE_SUCCESS } from '../../protocols/epay/words';
import type { PaymentV1 } from '../../protocols/gateway-v1';
import type { Courier } from '../notices';
import { transactionIdOf } from '../payment-book';
import type { EpayTerms, PaymentRecord } from '../payment-book';
import type { EpayAccount } from './account';

/** What a liar says of an order that was paid; no word of the protocol. */
const TRADE_CLOSED = 'TRADE_CLOSED';

/** Notices of epay: a GET with everything in the query string, sent when money came and then until the answer is the word `success`. */
export function epayCourier({ signers }: EpayAccount, terms: EpayTerms, payment: PaymentRecord): Courier<PaymentV1> {
  const signer = signers[terms.variant];
  return {
    carries: ({ status, refundedMinor }) => refundedMinor === 0 && (status === 'PAID' || status === 'DECLINED'),
    letter(notice, atMs) {
      const params = paramsOf(notice.facts, payment, terms);
      const dated: EpayParams = terms.variant === 'RSA' ? { ...params, timestamp: String(Math.floor(atMs / 1_000)) } : params;
      const signed = withSignature(dated, signer);
      // Whoever forges does not know the key: the signature is one of something else.
      const sent = notice.forged ? { ...signed, sign: signer.sign({ ...dated, money: '0.01' }) } : signed;
      return { method: 'GET', url: `${notice.url}?${writeForm(sent)}`, headers: {}, body: null };
    },
    isTaken: (status, answer) => status === 200 && answer === TAKEN,
  };
}

function paramsOf(facts: PaymentV1, payment: PaymentRecord, { type, name, param }: EpayTerms): EpayParams {
  return {
    pid: facts.merchantId,
    trade_no: transactionIdOf(payment),
    out_trade_no: facts.reference,
    type,
    name,
    money: yuanText(facts.capturedMinor === 0 ? facts.amountMinor : facts.capturedMinor),
    trade_status: facts.status === 'PAID' ? TRADE_SUCCESS : TRADE_CLOSED,
    param,
  };
}
