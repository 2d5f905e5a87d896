import { choicesOf } from '../../../src/domain/order/actions';
import { order as decider } from '../../../src/domain/order/decide';
import type { OrderEvent } from '../../../src/domain/order/events';
import { owedMoney } from '../../../src/domain/order/open-money';
import { money } from '../../../src/domain/kernel/money';
import * as build from '../../support/given';

const { given, givenOrder, submittedState, capturedAgain, deliveredOrder, noticeReceived, openPage, paidOrder, paymentConfirmed } = build;
const { REF, REF_2, REFUND, T0, minutes, reviewOpened, refundOrdered, refundRequested, compensated, paymentMismatched } = build;
const order = given(decider);

const vouched = (changes = {}): readonly OrderEvent[] => [...openPage(), paymentConfirmed({ evidence: 'PERSON', transactionId: 'tx-1', ...changes })];
const twice = { type: 'ConfirmSurplus', reference: REF, transactionId: 'tx-2' } as const;
const SUBJECT = `payment:${REF}`;
const yuan = (amountMinor: number) => money(amountMinor, 'CNY');
const surplusRefund = refundOrdered({ cause: 'SURPLUS', full: false });

describe('money that a person vouches for', () => {
  it('is what was asked for, unless the person says less', () => {
    order(...openPage())
      .when({ type: 'ConfirmPayment', reference: REF, at: T0, transactionId: 'tx-1' })
      .then({
        type: 'PaymentConfirmed',
        data: { reference: REF, gatewayId: 'main', captured: yuan(1_000), evidence: 'PERSON', transactionId: 'tx-1', skuId: 'sku-1', quantity: 1 },
      });
    const { decision } = order(...openPage()).when({ type: 'ConfirmPayment', reference: REF, at: T0, capturedMinor: 999 });
    expect(decision).toMatchObject([{ data: { captured: { amountMinor: 999, currency: 'CNY' } } }]);
  });

  it('is never more than was asked for: a slip of the pen must not send money out', () => {
    order(...openPage())
      .when({ type: 'ConfirmPayment', reference: REF, at: T0, capturedMinor: 1_001 })
      .rejects('MORE_THAN_ASKED');
  });

  it('is in the currency of the payment, whatever the person had in mind: none can be named', () => {
    const { decision } = order(...openPage({ amount: money(1_000, 'JPY') }), build.paymentClosed()).when({
      type: 'ConfirmPayment',
      reference: REF,
      at: T0,
    });
    expect(decision).toMatchObject([{ data: { captured: { currency: 'JPY' } } }]);
  });

  it('keeps what the gateway itself told, and what that is too much goes back at once', () => {
    const tooMuch = [...openPage(), paymentMismatched({ reported: '2500', captured: yuan(2_500) })];
    const { decision } = order(...tooMuch).when({ type: 'ConfirmPayment', reference: REF, at: T0, capturedMinor: 1 });
    expect(decision).toMatchObject([{ type: 'PaymentConfirmed', data: { captured: yuan(2_500) } }]);
    const accepted = [...tooMuch, paymentConfirmed({ captured: yuan(2_500), evidence: 'PERSON' })];
    givenOrder(...accepted)
      .at(minutes(1))
      .planIs('5 surplus', { command: { type: 'Compensate', reference: REF, cause: 'SURPLUS' } });
    order(...accepted)
      .when({ type: 'Compensate', reference: REF, cause: 'SURPLUS' })
      .then(refundOrdered({ amount: yuan(1_500), cause: 'SURPLUS', full: false }));
  });

  it('that was put right by a refund before it was accepted is not returned a second time', () => {
    const halved = [
      ...openPage(),
      paymentMismatched({ reported: '2000', captured: yuan(2_000) }),
      refundOrdered({ cause: 'PERSON', full: false }),
      refundRequested(),
      compensated(false),
      paymentConfirmed({ captured: yuan(2_000), evidence: 'PERSON' }),
    ];
    expect(owedMoney(submittedState(...halved))).toEqual([]);
    givenOrder(...halved)
      .at(minutes(1))
      .planIs('10 source', { command: { type: 'ReserveCards', cardIds: ['card-a'], by: 'engine-1:1' } });
  });

  it('is looked at again when the gateway, asked for a notice, says that there is none (F8)', () => {
    const says = { type: 'RecordPaymentAnswer', call: 'query', reference: REF, first: false, at: T0 } as const;
    const report = { status: 'CLOSED', merchantId: 'm1', amountMinor: 1_000, capturedMinor: 0, currency: 'CNY' } as const;
    order(...vouched(), noticeReceived({ claimedStatus: 'CLOSED', claimedCapturedMinor: 0 }))
      .when({ ...says, answer: { kind: 'REPORTED', report } })
      .thenTypes('PaymentChecked', 'ReviewOpened');
    order(...paidOrder(), noticeReceived({ claimedStatus: 'CLOSED', claimedCapturedMinor: 0 }))
      .when({ ...says, answer: { kind: 'REPORTED', report } })
      .thenTypes('PaymentChecked');
    expect(choicesOf(submittedState(...vouched(), reviewOpened(SUBJECT)), SUBJECT, T0)).toEqual(['CONFIRM_SURPLUS', 'REFUND', 'DISMISS']);
  });
});

describe('money that was taken once more on a confirmed payment', () => {
  it('is booked under its own transaction, and answers the review that asked', () => {
    order(...vouched(), noticeReceived({ claimedCapturedMinor: 2_000 }), {
      type: 'ReviewOpened',
      data: { subject: SUBJECT, cause: 'CANNOT_BE_ASKED' },
    })
      .when(twice)
      .then(capturedAgain(), { type: 'ReviewResolved', data: { subject: SUBJECT, resolution: 'PERSON' } });
  });

  it('goes back before anything else, and what was kept stays kept', () => {
    givenOrder(...vouched(), capturedAgain())
      .at(minutes(1))
      .planIs('5 surplus', { command: { type: 'Compensate', reference: REF, cause: 'SURPLUS' } });
    order(...vouched(), capturedAgain())
      .when({ type: 'Compensate', reference: REF, cause: 'SURPLUS' })
      .then(surplusRefund);
    givenOrder(...vouched(), capturedAgain(), surplusRefund, refundRequested(), compensated(false))
      .at(minutes(1))
      .planIs('10 source', { command: { type: 'ReserveCards', cardIds: ['card-a'], by: 'engine-1:1' } });
  });

  it('leaves the cards of a delivered order with their buyer', () => {
    const after = submittedState(...deliveredOrder(), capturedAgain(), surplusRefund, refundRequested(), compensated(false));
    expect([after.end?.kind, after.deliveredCardIds]).toEqual(['DELIVERED', ['card-a']]);
    expect(owedMoney(after)).toEqual([]);
  });

  it('is counted once, whoever reads the statement', () => {
    order(...vouched(), capturedAgain())
      .when(twice)
      .isAlreadySo();
    order(...vouched(), capturedAgain())
      .when({ ...twice, transactionId: 'tx-3' })
      .then(capturedAgain({ captured: yuan(3_000), transactionId: 'tx-3' }));
  });

  it('waits while another refund of that payment is open, and goes to a person once it was refused', () => {
    givenOrder(...deliveredOrder(), refundOrdered({ amount: yuan(400), cause: 'PERSON', full: false }), refundRequested(), capturedAgain())
      .at(1_000)
      .waits();
    const refused = [...deliveredOrder(), capturedAgain(), surplusRefund, refundRequested(), build.refundRefused(), reviewOpened(`refund:${REFUND}`)];
    givenOrder(...refused)
      .at(minutes(1))
      .waits();
    expect(owedMoney(submittedState(...refused))).toMatchObject([{ why: 'REFUSED', amount: yuan(1_000) }]);
  });

  it('also goes back when the price itself went back in part, to the last cent', () => {
    const part = [...deliveredOrder(), refundOrdered({ amount: yuan(400), cause: 'PERSON', full: false }), refundRequested(), compensated(false)];
    order(...part, capturedAgain())
      .when({ type: 'Compensate', reference: REF, cause: 'SURPLUS' })
      .then(refundOrdered({ refund: 2, refundReference: `${REFUND.slice(0, -1)}2`, amount: yuan(1_000), cause: 'SURPLUS', full: false }));
  });

  it('of an order whose money went back goes back as well, and is no second end', () => {
    const over = [...paidOrder(), refundOrdered(), refundRequested(), compensated(), capturedAgain()];
    givenOrder(...over)
      .at(minutes(1))
      .planIs('5 surplus', { command: { type: 'Compensate', reference: REF, cause: 'SURPLUS' } });
    const { decision } = order(...over).when({ type: 'Compensate', reference: REF, cause: 'SURPLUS' });
    expect(decision).toMatchObject([{ data: { full: false, amount: yuan(1_000) } }]);
  });

  it('is refused where it cannot be so', () => {
    order(...openPage())
      .when(twice)
      .rejects('NOT_PAID');
    order(...vouched())
      .when({ ...twice, reference: REF_2 })
      .rejects('PAYMENT_NOT_FOUND');
    order(...vouched())
      .when({ ...twice, transactionId: 'tx-1' })
      .rejects('PAYMENT_ALREADY_CONFIRMED');
    order(...vouched())
      .when({ ...twice, surplusMinor: 1_001 })
      .rejects('MORE_THAN_ASKED');
  });
});

describe('a page that was lost with the answer of its creation', () => {
  const lost = [build.submitted(), build.routed(), build.paymentRequested(), build.paymentTimedOut()];
  const pageless = (): OrderEvent => ({
    type: 'PaymentOpened',
    data: { reference: REF, gatewayId: 'main', nextCheckAt: new Date(T0 + 15_000).toISOString() },
  });
  const lookupOnly = { gateway: { flags: { replay: false, lookup: true, cancel: false } } };
  const next = { command: expect.objectContaining({ type: 'RequestPayment' }) as unknown };

  it('is no page in use: its buyer gets another one at once', () => {
    givenOrder(...lost, pageless())
      .at(9_000, lookupOnly)
      .planIs('14 pay', next);
    order(...lost, pageless())
      .when({ type: 'RequestPayment', merchantId: 'm1', notifyUrl: build.gatewayView().notifyUrl, ...build.grant() })
      .thenTypes('PaymentRequested');
  });

  it('is closed first where that can be done', () => {
    givenOrder(...lost, pageless())
      .at(9_000)
      .planIs('13 watch', { command: expect.objectContaining({ type: 'RequestClose', cause: 'IN_DOUBT' }) as unknown });
  });

  it('still counts when somebody pays on it all the same: one payment is kept', () => {
    const both = [...lost, pageless(), build.paymentRequested({ attempt: 2, reference: REF_2 }), build.paymentOpened({ reference: REF_2 })];
    const report = { status: 'PAID', merchantId: 'm1', amountMinor: 1_000, capturedMinor: 1_000, currency: 'CNY' } as const;
    order(...both, paymentConfirmed({ reference: REF_2 }))
      .when({ type: 'RecordPaymentAnswer', call: 'query', reference: REF, first: false, at: T0, answer: { kind: 'REPORTED', report } })
      .thenTypes('SurplusPaymentConfirmed');
  });

  it('is only ever one whose answer was in doubt: a page that was told, and a charge under way, are waited for', () => {
    givenOrder(...lost, build.paymentOpened())
      .at(9_000, lookupOnly)
      .waits();
    const charge = [build.charged(), build.routed(), build.paymentRequested({ kind: 'CHARGE' }), build.paymentTimedOut(), pageless()];
    givenOrder(...charge)
      .at(9_000, lookupOnly)
      .waits();
  });
});
