import type { CallAnswer, CallOptions, IncomingNotice, PaymentFacts, PaymentGateway, PaymentRequest } from '../../src/application/ports/gateway';

/** A gateway that can be reached, and a hand on its other side. */
export interface GatewayUnderTest {
  readonly gateway: PaymentGateway;
  /** The kinds of payment it takes. */
  readonly kinds: readonly PaymentRequest['kind'][];
  /** Refunds have a name of their own, under which they can be asked about. */
  readonly namesRefunds: boolean;
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

    /** A payment that holds money, in the way this gateway takes it. */
    const paid = async (): Promise<{ payment: PaymentRequest; facts: PaymentFacts }> => {
      if (it_.kinds.includes('charge')) return opened({ kind: 'charge' });
      const { payment, facts } = await opened({ kind: 'redirect' });
      await it_.pay(payment.reference);
      return { payment, facts };
    };
    const kind = (): PaymentRequest['kind'] => (it_.kinds.includes('charge') ? 'charge' : 'redirect');
    const refundOf = ({ reference }: PaymentRequest, number: number, amountMinor: number) => ({
      reference,
      refundReference: `${reference.slice(0, -2)}.r${number}`,
      amountMinor,
    });
    const opened = async (changes: Partial<PaymentRequest> = {}): Promise<{ payment: PaymentRequest; facts: PaymentFacts }> => {
      const payment = it_.newPayment(changes);
      return { payment, facts: factsOf(await gateway.request(payment, calling)) };
    };

    describe('taking money', () => {
      it('a charge is answered with its own reference, amount and currency, and ends as PAID', async () => {
        if (!it_.kinds.includes('charge')) return;
        const { payment, facts } = await opened({ kind: 'charge' });
        expect(facts).toMatchObject({
          reference: payment.reference,
          merchantId: gateway.merchantId,
          amountMinor: payment.amountMinor,
          currency: payment.currency,
        });
        expect(facts).toMatchObject({ status: 'PAID', capturedMinor: payment.amountMinor, refundedMinor: 0 });
      });

      it('a kind that it does not take is refused, and nothing is there', async () => {
        if (it_.kinds.includes('charge')) return;
        const payment = it_.newPayment({ kind: 'charge' });
        expect(await gateway.request(payment, calling)).toEqual({ outcome: 'refused', code: 'KIND_NOT_SUPPORTED' });
        if (gateway.flags.lookup) expect(await gateway.query(payment.reference, calling)).toEqual({ outcome: 'notFound' });
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
        const { payment, facts } = await opened({ kind: kind() });
        expect(factsOf(await gateway.request(payment, calling))).toEqual(facts);
        if (kind() === 'charge') return;
        await it_.pay(payment.reference);
        if (gateway.flags.lookup) expect(factsOf(await gateway.query(payment.reference, calling)).capturedMinor).toBe(payment.amountMinor);
      });

      it('replay: the same reference with another body is refused and changes nothing', async () => {
        // Where the buyer's browser makes the payment, nothing is there yet that another body could contradict.
        if (!gateway.flags.replay || !it_.kinds.includes('charge')) return;
        const { payment, facts } = await opened({ kind: 'charge' });
        const other = await gateway.request({ ...payment, amountMinor: payment.amountMinor + 1 }, calling);
        expect(other.outcome).toBe('refused');
        if (gateway.flags.lookup) expect(factsOf(await gateway.query(payment.reference, calling))).toEqual(facts);
      });

      it('replay: twenty requests at the same moment with one reference charge once', async () => {
        if (!gateway.flags.replay) return;
        const payment = it_.newPayment({ kind: kind() });
        const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.request(payment, calling)));
        const [first, ...others] = answers.map(factsOf);
        expect(first?.capturedMinor).toBe(kind() === 'charge' ? payment.amountMinor : 0);
        for (const other of others) expect(other).toEqual(first);
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
        const { payment } = await paid();
        expect(factsOf(await gateway.close(payment.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: payment.amountMinor });
      });

      it('cancel: a reference closed before it was ever seen takes no money later, or stays "never heard of"', async () => {
        if (!gateway.flags.cancel) return;
        const payment = it_.newPayment({ kind: it_.kinds.includes('charge') ? 'charge' : 'redirect' });
        const answer = await gateway.close(payment.reference, calling);
        if (answer.outcome === 'notFound') return;
        expect(factsOf(await gateway.close(payment.reference, calling))).toMatchObject({ status: 'CLOSED', amountMinor: 0, capturedMinor: 0 });
        expect(factsOf(await gateway.request(payment, calling))).toMatchObject({ status: 'CLOSED', capturedMinor: 0 });
      });
    });

    describe('giving back', () => {
      it('a refund leaves the payment PAID; asked about, it came through', async () => {
        const { payment } = await paid();
        const refund = refundOf(payment, 1, 1_800);
        const { refundReference, status } = factsOf(await gateway.refund(refund, calling));
        expect({ refundReference, refused: status === 'REFUSED' }).toEqual({ refundReference: refund.refundReference, refused: false });
        if (!gateway.flags.lookup) return;
        expect(factsOf(await gateway.queryRefund(refund, calling)).status).toBe('REFUNDED');
        const facts = factsOf(await gateway.query(payment.reference, calling));
        expect(facts).toMatchObject({ status: 'PAID', capturedMinor: payment.amountMinor });
        if (it_.namesRefunds) expect(facts.refundedMinor).toBe(1_800);
      });

      it('a refund with a name counts once, however often it is asked for', async () => {
        if (!it_.namesRefunds) return;
        const { payment } = await paid();
        const refund = refundOf(payment, 1, 1_800);
        for (let time = 0; time < 3; time++) expect(factsOf(await gateway.refund(refund, calling)).refundReference).toBe(refund.refundReference);
        if (gateway.flags.lookup) expect(factsOf(await gateway.query(payment.reference, calling)).refundedMinor).toBe(1_800);
      });

      it('more than was captured is refused', async () => {
        const { payment } = await paid();
        expect((await gateway.refund(refundOf(payment, 1, payment.amountMinor + 1), calling)).outcome).toBe('refused');
      });

      it('lookup: a refund never asked for is notFound where refunds have names, else nobody can tell', async () => {
        if (!gateway.flags.lookup) return;
        const { payment } = await paid();
        const answer = await gateway.queryRefund(refundOf(payment, 7, 1), calling);
        expect(answer.outcome).toBe(it_.namesRefunds ? 'notFound' : 'unknown');
      });
    });

    describe('telling', () => {
      it('a payment that was paid is told by a genuine notice with its facts', async () => {
        const { payment } = await paid();
        const check = gateway.verifyNotice(await it_.noticeAbout(payment.reference));
        expect(check).toMatchObject({
          outcome: 'genuine',
          notice: { facts: { reference: payment.reference, status: 'PAID', capturedMinor: payment.amountMinor } },
        });
      });

      it('one changed byte makes the notice forged', async () => {
        const { payment } = await paid();
        const notice = await it_.noticeAbout(payment.reference);
        const body = Buffer.from(notice.body);
        body.writeUInt8(body.readUInt8(body.length - 2) ^ 1, body.length - 2);
        expect(gateway.verifyNotice({ ...notice, body }).outcome).toBe('forged');
      });
    });
  });
}
