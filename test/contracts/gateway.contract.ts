import type { CallAnswer, CallOptions, IncomingNotice, PaymentFacts, PaymentGateway, PaymentRequest } from '../../src/application/ports/gateway';

/** A gateway that can be reached, and a hand on its other side. */
export interface GatewayUnderTest {
  readonly gateway: PaymentGateway;
  /** A valid request under a reference never used before. */
  newPayment(changes?: Partial<PaymentRequest>): PaymentRequest;
  /** The buyer pays on the page of an open payment. */
  pay(reference: string): Promise<void>;
  /** The next notice about this reference, as its bytes came in over HTTP. */
  noticeAbout(reference: string): Promise<IncomingNotice>;
  close(): Promise<void>;
}

const calling: CallOptions = { timeoutMs: 5_000 };

export function factsOf<Facts>(answer: CallAnswer<Facts>): Facts {
  if (answer.outcome !== 'answered') throw new Error(`expected facts, got ${JSON.stringify(answer)}`);
  return answer.facts;
}

/** What every PaymentGateway has to do, by the flags it declares. Run it for each adapter, unmodified. */
export function describeGatewayContract(name: string, start: () => Promise<GatewayUnderTest>): void {
  describe(`${name} is a payment gateway`, () => {
    let it_: GatewayUnderTest;
    let gateway: PaymentGateway;
    beforeAll(async () => {
      it_ = await start();
      gateway = it_.gateway;
    });
    afterAll(() => it_.close());

    const opened = async (changes: Partial<PaymentRequest> = {}): Promise<{ payment: PaymentRequest; facts: PaymentFacts }> => {
      const payment = it_.newPayment(changes);
      return { payment, facts: factsOf(await gateway.request(payment, calling)) };
    };

    describe('taking money', () => {
      it('a charge is answered with its own reference, amount and currency, and ends as PAID', async () => {
        const { payment, facts } = await opened({ kind: 'charge' });
        expect(facts).toMatchObject({
          reference: payment.reference,
          merchantId: gateway.merchantId,
          amountMinor: payment.amountMinor,
          currency: payment.currency,
        });
        expect(facts).toMatchObject({ status: 'PAID', capturedMinor: payment.amountMinor, refundedMinor: 0 });
      });

      it('a redirect payment is OPEN with a page until the buyer pays, then PAID', async () => {
        const { payment, facts } = await opened({ kind: 'redirect' });
        expect(facts).toMatchObject({ status: 'OPEN', capturedMinor: 0 });
        expect(facts.payUrl).toMatch(/^https?:\/\//);
        await it_.pay(payment.reference);
        if (gateway.flags.lookup)
          expect(factsOf(await gateway.query(payment.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: payment.amountMinor });
      });

      it('replay: the same reference with the same body is the same payment, charged once', async () => {
        if (!gateway.flags.replay) return;
        const { payment, facts } = await opened({ kind: 'charge' });
        expect(factsOf(await gateway.request(payment, calling))).toEqual(facts);
      });

      it('replay: the same reference with another body is refused and changes nothing', async () => {
        if (!gateway.flags.replay) return;
        const { payment, facts } = await opened({ kind: 'charge' });
        const other = await gateway.request({ ...payment, amountMinor: payment.amountMinor + 1 }, calling);
        expect(other.outcome).toBe('refused');
        if (gateway.flags.lookup) expect(factsOf(await gateway.query(payment.reference, calling))).toEqual(facts);
      });

      it('replay: twenty requests at the same moment with one reference charge once', async () => {
        if (!gateway.flags.replay) return;
        const payment = it_.newPayment({ kind: 'charge' });
        const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.request(payment, calling)));
        for (const answer of answers) expect(factsOf(answer).capturedMinor).toBe(payment.amountMinor);
      });

      it('maySend = false keeps the request at home', async () => {
        const payment = it_.newPayment();
        expect(await gateway.request(payment, { ...calling, maySend: () => false })).toEqual({ outcome: 'notDone', code: 'TOO_LATE' });
        if (gateway.flags.lookup) expect((await gateway.query(payment.reference, calling)).outcome).toBe('notFound');
      });

      it('an aborted signal keeps the request at home', async () => {
        const payment = it_.newPayment();
        expect((await gateway.request(payment, { ...calling, signal: AbortSignal.abort() })).outcome).toBe('notDone');
        if (gateway.flags.lookup) expect((await gateway.query(payment.reference, calling)).outcome).toBe('notFound');
      });
    });

    describe('asking', () => {
      it('lookup: a reference never seen is notFound', async () => {
        if (!gateway.flags.lookup) return;
        expect(await gateway.query(it_.newPayment().reference, calling)).toEqual({ outcome: 'notFound' });
      });
    });

    describe('closing', () => {
      it('cancel: an open payment becomes CLOSED and stays so', async () => {
        if (!gateway.flags.cancel) return;
        const { payment } = await opened({ kind: 'redirect' });
        expect(factsOf(await gateway.close(payment.reference, calling))).toMatchObject({ status: 'CLOSED', capturedMinor: 0 });
        expect(factsOf(await gateway.close(payment.reference, calling)).status).toBe('CLOSED');
      });

      it('cancel: closing a paid payment answers PAID and takes nothing back', async () => {
        if (!gateway.flags.cancel) return;
        const { payment } = await opened({ kind: 'charge' });
        expect(factsOf(await gateway.close(payment.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: payment.amountMinor });
      });

      it('cancel: a reference closed before it was ever seen takes no money later', async () => {
        if (!gateway.flags.cancel) return;
        const payment = it_.newPayment({ kind: 'charge' });
        expect(factsOf(await gateway.close(payment.reference, calling))).toMatchObject({ status: 'CLOSED', amountMinor: 0, capturedMinor: 0 });
        expect(factsOf(await gateway.request(payment, calling))).toMatchObject({ status: 'CLOSED', capturedMinor: 0 });
      });
    });

    describe('giving back', () => {
      it('a refund leaves the payment PAID and counts once, however often it is asked', async () => {
        const { payment } = await opened({ kind: 'charge' });
        const refund = { reference: payment.reference, refundReference: `${payment.reference.slice(0, -2)}.r1`, amountMinor: 1_800 };
        expect(factsOf(await gateway.refund(refund, calling))).toMatchObject({ refundReference: refund.refundReference, status: 'REFUNDED' });
        expect(factsOf(await gateway.refund(refund, calling)).status).toBe('REFUNDED');
        if (!gateway.flags.lookup) return;
        expect(factsOf(await gateway.queryRefund(refund, calling)).status).toBe('REFUNDED');
        expect(factsOf(await gateway.query(payment.reference, calling))).toMatchObject({
          status: 'PAID',
          capturedMinor: payment.amountMinor,
          refundedMinor: 1_800,
        });
      });

      it('more than was captured is refused', async () => {
        const { payment } = await opened({ kind: 'charge' });
        const refund = {
          reference: payment.reference,
          refundReference: `${payment.reference.slice(0, -2)}.r1`,
          amountMinor: payment.amountMinor + 1,
        };
        expect((await gateway.refund(refund, calling)).outcome).toBe('refused');
      });

      it('lookup: a refund never asked for is notFound', async () => {
        if (!gateway.flags.lookup) return;
        const { payment } = await opened({ kind: 'charge' });
        expect(await gateway.queryRefund({ reference: payment.reference, refundReference: 'never.r1' }, calling)).toEqual({ outcome: 'notFound' });
      });
    });

    describe('telling', () => {
      it('a payment that was paid is told by a genuine notice with its facts', async () => {
        const { payment } = await opened({ kind: 'charge' });
        const check = gateway.verifyNotice(await it_.noticeAbout(payment.reference));
        expect(check).toMatchObject({
          outcome: 'genuine',
          notice: { facts: { reference: payment.reference, status: 'PAID', capturedMinor: payment.amountMinor } },
        });
      });

      it('one changed byte makes the notice forged', async () => {
        const { payment } = await opened({ kind: 'charge' });
        const notice = await it_.noticeAbout(payment.reference);
        const body = Buffer.from(notice.body);
        body.writeUInt8(body.readUInt8(body.length - 2) ^ 1, body.length - 2);
        expect(gateway.verifyNotice({ ...notice, body }).outcome).toBe('forged');
      });
    });
  });
}
