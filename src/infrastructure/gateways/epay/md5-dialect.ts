import { writeForm } from '../../../protocols/epay/form';
import { md5Signer, md5Verifier, withSignature } from '../../../protocols/epay/signing';
import { v1Done, v1PageSchema, v1Paths } from '../../../protocols/epay/words';
import { post } from './dialect';
import type { EpayDialect } from './dialect';
import type { EpayMd5Settings } from './settings';

/**
 * The classic variant. Requests and notices are signed with the merchant's key; queries and refunds carry the key itself, and answers carry no
 * signature: both are as safe as the TLS connection, so the base URL has to be https.
 */
export function md5Dialect({ baseUrl, merchantId, keys, checkout }: EpayMd5Settings): EpayDialect {
  const [key = ''] = keys;
  const signer = md5Signer(key);
  const verifier = md5Verifier(keys);
  const api = (act: string): string => `${v1Paths.api}?act=${act}`;
  return {
    done: v1Done,
    create: (order) => post(v1Paths.create, writeForm(withSignature({ ...order, device: 'jump' }, signer))),
    pageOf(answer) {
      const page = v1PageSchema.safeParse(answer);
      if (!page.success) return undefined;
      const { payurl, qrcode } = page.data;
      if (payurl === undefined && qrcode === undefined) return undefined;
      return { ...(payurl !== undefined && { payUrl: payurl }), ...(qrcode !== undefined && { qrText: qrcode }) };
    },
    ...(checkout === 'PAGE' && {
      pageLink: ({ clientip: _theBrowserShowsItself, ...order }) =>
        `${baseUrl.replace(/\/+$/, '')}${v1Paths.page}?${writeForm(withSignature(order, signer))}`,
    }),
    query: (tradeNumber) => ({ method: 'GET', path: `${api('order')}&${writeForm({ pid: merchantId, key, out_trade_no: tradeNumber })}` }),
    refund: ({ tradeNumber, money }) => post(api('refund'), writeForm({ pid: merchantId, key, out_trade_no: tradeNumber, money })),
    refundOf: (refundReference) => ({ outcome: 'answered', facts: { refundReference, status: 'REFUNDED' } }),
    flawOfAnswer: () => null,
    flawOfNotice(params) {
      if ((params['sign_type'] ?? 'MD5') !== 'MD5') return 'WRONG_SIGN_TYPE';
      return verifier.isGenuine(params) ? null : 'BAD_SIGNATURE';
    },
  };
}
