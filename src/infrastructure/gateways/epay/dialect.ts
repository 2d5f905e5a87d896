import type { CallAnswer, RefundFacts } from '../../../application/ports/gateway';
import type { EpayParams } from '../../../protocols/epay/form';
import type { EpayAnswer } from '../../../protocols/epay/words';
import type { HttpRequest } from '../../http/http-call';
import type { PayPage } from '../pay-page';

/** A refund in epay's words. `tradeNumber` and `refundNumber` are ours. */
export interface EpayRefund {
  readonly tradeNumber: string;
  readonly refundNumber: string;
  readonly money: string;
}

/** What differs between the two variants of epay; everything else is in the gateway. */
export interface EpayDialect {
  /** `code` of an answer that means "done". */
  readonly done: number;
  create(order: EpayParams): HttpRequest;
  /** The page of an answer to `create`; undefined when a buyer could not use it. */
  pageOf(answer: EpayAnswer): PayPage | undefined;
  /** A link that makes the order when the buyer opens it, where the account is set up so. */
  pageLink?(order: EpayParams): string;
  query(tradeNumber: string): HttpRequest;
  refund(refund: EpayRefund): HttpRequest;
  /** What "done" means for a refund. */
  refundOf(refundReference: string): CallAnswer<RefundFacts>;
  /** Absent where a refund has no name of its own and cannot be asked about. */
  queryRefund?(refundNumber: string): HttpRequest;
  /** Absent where there is no such call. */
  close?(tradeNumber: string): HttpRequest;
  /** Why an answer that says "done" is not to be believed; null when it is. */
  flawOfAnswer(answer: EpayAnswer): string | null;
  /** Why a notice was not sent by the platform just now; null when it was. */
  flawOfNotice(params: EpayParams, receivedAtMs: number): string | null;
}

export const post = (path: string, body: string): HttpRequest => ({ method: 'POST', path, body, contentType: 'application/x-www-form-urlencoded' });
