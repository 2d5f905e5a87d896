import type { IncomingNotice, NoticeCheck } from '../../../application/ports/gateway';
import { plainDecimal } from '../../../domain/kernel/decimal';
import { IN_NOTICES, textToSign } from '../../../protocols/alipay/signing';
import { CURRENCY, noticeSchema } from '../../../protocols/alipay/words';
import { readSignedForm } from '../signed-form';
import { referenceOf } from '../trade-number';
import { statusOf } from './facts';

const unreadable = (why: string): NoticeCheck => ({ outcome: 'unreadable', why });

/** Whose money it is about. */
interface Ours {
  readonly sellerId?: string;
}

/**
 * Reads a notice: a form by POST. The signature is checked over the decoded parameters before any of them is looked at. One about another application or another
 * seller is genuine all the same: the caller quarantines it.
 */
export function checkNotice(isGenuine: (text: string, signature: string) => boolean, { sellerId }: Ours, notice: IncomingNotice): NoticeCheck {
  if (notice.inQuery === true) return { outcome: 'forged', why: 'NO_BODY' };
  const form = readSignedForm(notice);
  if (!form.ok) return { outcome: 'forged', why: form.why };
  const { params } = form;
  if (params['sign_type'] !== 'RSA2') return { outcome: 'forged', why: 'WRONG_SIGN_TYPE' };
  if (!isGenuine(textToSign(params, IN_NOTICES), params['sign'] ?? '')) return { outcome: 'forged', why: 'BAD_SIGNATURE' };
  const told = noticeSchema.safeParse(params).data;
  if (told === undefined) return unreadable('NOT_A_PAYMENT');
  const { app_id: appId, seller_id: seller = sellerId, out_trade_no: number, trade_no: transactionId, trade_status: word } = told;
  const [amountMinor, refundedMinor] = [plainDecimal(told.total_amount, CURRENCY), plainDecimal(told.refund_fee ?? '0', CURRENCY)];
  if (amountMinor === null || refundedMinor === null) return unreadable('NO_PLAIN_AMOUNT');
  const status = statusOf(word, told.gmt_payment !== undefined);
  const capturedMinor = status === 'PAID' ? amountMinor : 0;
  // Money of another seller is money of another merchant, whatever application asked for it.
  const merchantId = seller === sellerId || sellerId === undefined ? appId : `${appId}.${seller}`;
  const amounts = { amountMinor, capturedMinor, refundedMinor, currency: CURRENCY };
  const facts = { reference: referenceOf(number) ?? number, merchantId, status, ...amounts, transactionId };
  return { outcome: 'genuine', notice: { noticeId: told.notify_id, facts } };
}
