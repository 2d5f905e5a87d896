import type { CallAnswer, CallOptions, RefundFacts } from '../../application/ports/gateway';
import { refundSchema } from '../../protocols/gateway-v1';
import { isReference } from '../../protocols/wire';
import { meaningOf } from '../http/answer-meaning';
import type { HttpCaller, HttpRequest } from '../http/http-call';
import { refused } from '../http/outcomes';

/** The two refund calls of gateway v1, wherever they stand. */
export class V1Refunds {
  /** `pathOf`: where the refunds of one payment stand, below the base URL. */
  constructor(
    private readonly http: HttpCaller,
    private readonly pathOf: (reference: string) => string,
  ) {}

  refund(refund: { reference: string; refundReference: string; amountMinor: number }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    const { reference, refundReference, amountMinor } = refund;
    const body = JSON.stringify({ refundReference, amountMinor });
    return this.call({ method: 'POST', path: this.pathOf(reference), body }, refund, options);
  }

  queryRefund(refund: { reference: string; refundReference: string }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    return this.call({ method: 'GET', path: `${this.pathOf(refund.reference)}/${refund.refundReference}` }, refund, options);
  }

  private async call(
    request: HttpRequest,
    { reference, refundReference }: { reference: string; refundReference: string },
    options: CallOptions,
  ): Promise<CallAnswer<RefundFacts>> {
    if (!isReference(reference) || !isReference(refundReference)) return refused('INVALID_REFERENCE');
    const end = await this.http.call(request, options);
    return meaningOf(request.method, end, (body) => {
      const refund = refundSchema.safeParse(body);
      return refund.success && refund.data.refundReference === refundReference ? refund.data : undefined;
    });
  }
}
