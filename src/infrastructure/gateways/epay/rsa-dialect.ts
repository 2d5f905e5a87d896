import type { EpayParams } from '../../../protocols/epay/form';
import { writeForm } from '../../../protocols/epay/form';
import { rsaSigner, rsaVerifier, withSignature } from '../../../protocols/epay/signing';
import { TIMESTAMP_TOLERANCE_MS, isWebUrl, v2Done, v2PageSchema, v2Paths } from '../../../protocols/epay/words';
import type { EpayAnswer } from '../../../protocols/epay/words';
import type { HttpRequest } from '../../http/http-call';
import { post } from './dialect';
import type { EpayDialect } from './dialect';
import type { EpayRsaSettings } from './settings';

const TIMESTAMP = /^[1-9][0-9]{0,11}$/;

/** The newer variant: everything is dated and signed, requests with the merchant's key, answers and notices with the platform's. */
export function rsaDialect({ merchantId, privateKey, platformKeys }: EpayRsaSettings, wallMs: () => number): EpayDialect {
  const signer = rsaSigner(privateKey);
  const verifier = rsaVerifier(platformKeys);
  const request = (path: string, params: EpayParams): HttpRequest => {
    const dated = { ...params, pid: merchantId, timestamp: String(Math.floor(wallMs() / 1_000)) };
    return post(path, writeForm(withSignature(dated, signer)));
  };
  const flawOf = (params: EpayParams, nowMs: number): string | null => {
    if ((params['sign_type'] ?? 'RSA') !== 'RSA') return 'WRONG_SIGN_TYPE';
    if (!verifier.isGenuine(params)) return 'BAD_SIGNATURE';
    const timestamp = params['timestamp'] ?? '';
    const isNow = TIMESTAMP.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1_000) <= TIMESTAMP_TOLERANCE_MS;
    return isNow ? null : 'BAD_TIMESTAMP';
  };
  return {
    done: v2Done,
    create: (order) => request(v2Paths.create, { ...order, method: 'jump' }),
    pageOf(answer) {
      const page = v2PageSchema.safeParse(answer);
      if (!page.success) return undefined;
      const { pay_type: type, pay_info: info } = page.data;
      if (type === 'qrcode') return { qrText: info };
      return type === 'jump' && isWebUrl(info) ? { payUrl: info } : undefined;
    },
    query: (tradeNumber) => request(v2Paths.query, { out_trade_no: tradeNumber }),
    refund: ({ tradeNumber, refundNumber, money }) => request(v2Paths.refund, { out_trade_no: tradeNumber, out_refund_no: refundNumber, money }),
    // "Done" says that the platform took the order to refund; whether the money went is asked.
    refundOf: (refundReference) => ({ outcome: 'answered', facts: { refundReference, status: 'PENDING' } }),
    queryRefund: (refundNumber) => request(v2Paths.refundQuery, { out_refund_no: refundNumber }),
    close: (tradeNumber) => request(v2Paths.close, { out_trade_no: tradeNumber }),
    flawOfAnswer: (answer) => flawOf(textsOf(answer), wallMs()),
    flawOfNotice: flawOf,
  };
}

/** The members of a JSON answer as they were signed: numbers as written, what is no single value left out. */
function textsOf(answer: EpayAnswer): EpayParams {
  return Object.fromEntries(
    Object.entries(answer).flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [])),
  );
}
