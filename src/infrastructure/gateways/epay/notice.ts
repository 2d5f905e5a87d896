import type { IncomingNotice, NoticeCheck } from '../../../application/ports/gateway';
import { EPAY_CURRENCY } from '../../../protocols/epay/money';
import { noticeSchema } from '../../../protocols/epay/words';
import { readSignedForm } from '../signed-form';
import type { EpayDialect } from './dialect';
import { referenceOf } from '../trade-number';

const forged = (why: string): NoticeCheck => ({ outcome: 'forged', why });

/**
 * Reads a notice: the query string of a GET (what the protocol says) or a form (what some servers send). The signature is checked over the
 * decoded parameters before any of them is looked at; what cannot be decoded in one way only has no signature. Only TRADE_SUCCESS is a notice of
 * money. A foreign pid is still genuine (the platform signs for all its merchants): the caller quarantines it.
 */
export function checkNotice(dialect: EpayDialect, incoming: IncomingNotice): NoticeCheck {
  const form = readSignedForm(incoming);
  if (!form.ok) return forged(form.why);
  const flaw = dialect.flawOfNotice(form.params, incoming.receivedAtMs);
  if (flaw !== null) return forged(flaw);
  const notice = noticeSchema.safeParse(form.params);
  if (!notice.success) return { outcome: 'unreadable', why: 'NO_SUCCESS' };
  const { pid, trade_no: transactionId, out_trade_no: tradeNumber, money } = notice.data;
  const reference = referenceOf(tradeNumber) ?? tradeNumber;
  const amounts = { amountMinor: money, capturedMinor: money, refundedMinor: 0, currency: EPAY_CURRENCY };
  return {
    outcome: 'genuine',
    notice: { noticeId: transactionId, facts: { reference, merchantId: pid, status: 'PAID', ...amounts, transactionId } },
  };
}
