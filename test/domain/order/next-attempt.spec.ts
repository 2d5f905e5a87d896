import { toIso } from '../../../src/domain/kernel/time';
import { nextAttempt } from '../../../src/domain/order/next-attempt';
import { RETRY_BUDGET } from '../../../src/domain/order/retries';
import {
  charged,
  paidOrder,
  paymentChecked,
  paymentClosed,
  paymentConfirmed,
  paymentRequested,
  REF,
  REFUND,
  refundChecked,
  refundOrdered,
  refundRequested,
  retryScheduled,
  routed,
  seconds,
  submitted,
  submittedState,
  T0,
} from '../../support/given';

const at = (afterMs: number, reason: string): object => ({ at: T0 + afterMs, reason });
const notDone = [submitted(), routed(), paymentRequested(), paymentClosed({ proof: 'NOT_DONE' }), retryScheduled()] as const;

describe('the next attempt that an order shows', () => {
  it('is its turn while it waits to enter, and gone when it has entered', () => {
    const enterAt = toIso(T0 + seconds(30));
    expect(nextAttempt(submittedState(submitted({ admission: 'LATER', enterAt })))).toEqual(at(seconds(30), 'ENTERS'));
    expect(nextAttempt(submittedState(submitted({ admission: 'LATER', enterAt }), routed()))).toBeUndefined();
  });

  it('is the retry, and says when a budget has moved it', () => {
    expect(nextAttempt(submittedState(...notDone))).toEqual(at(seconds(2), 'RETRY'));
    const moved = retryScheduled({ dueAt: toIso(T0 + seconds(40)), cause: RETRY_BUDGET });
    expect(nextAttempt(submittedState(...notDone, moved))).toEqual(at(seconds(40), 'RETRY_BUDGET'));
  });

  it('is the next question about a payment in doubt, and nothing once that is paid', () => {
    const doubt = [
      charged(),
      routed(),
      paymentRequested({ kind: 'CHARGE' }),
      { type: 'PaymentTimedOut', data: { reference: REF, gatewayId: 'main', call: 'request', cause: 'TIMEOUT' } },
      paymentChecked({ status: 'NOT_FOUND', nextCheckAt: toIso(T0 + seconds(60)) }),
    ] as const;
    expect(nextAttempt(submittedState(...doubt))).toEqual(at(seconds(60), 'ASKED_AGAIN'));
    expect(nextAttempt(submittedState(...doubt, paymentConfirmed()))).toBeUndefined();
  });

  it('is that of a refund, sent again or asked about', () => {
    const sent = [...paidOrder(), refundOrdered(), refundRequested()];
    expect(nextAttempt(submittedState(...sent, refundChecked('PENDING', seconds(90))))).toEqual(at(seconds(90), 'ASKED_AGAIN'));
    const again = retryScheduled({ step: 'refund', reference: REFUND, dueAt: toIso(T0 + seconds(5)) });
    expect(nextAttempt(submittedState(...sent, again))).toEqual(at(seconds(5), 'RETRY'));
  });

  it('is none while the next step is that of its buyer', () => expect(nextAttempt(submittedState(...paidOrder().slice(0, -1)))).toBeUndefined());
});
