import type { IssuingChannel, PurchaseFacts, PurchaseRequest } from '../../src/application/ports/channel';
import type { CallOptions, IncomingNotice } from '../../src/application/ports/outside-call';
import { factsOf } from './gateway.contract';

/** A channel that can be reached, and a hand on its other side. */
export interface ChannelUnderTest {
  readonly channel: IssuingChannel;
  /** A valid request for one card under an id never used before. */
  newPurchase(changes?: Partial<PurchaseRequest>): PurchaseRequest;
  /** A valid request for a top-up. */
  newTopUp(): PurchaseRequest;
  /** From now on so many of what `newPurchase` asks for are left, at this price. */
  setStock(to: { readonly available?: number; readonly unitCostMinor?: number }): Promise<void>;
  /** How many times this id was sold, by the channel's own account. */
  sold(requestId: string): Promise<number>;
  /** The next notice about this id, as its bytes came in over HTTP. */
  noticeAbout(requestId: string): Promise<IncomingNotice>;
  close(): Promise<void>;
}

const calling: CallOptions = { timeoutMs: 5_000 };

/** What every IssuingChannel has to do, by the flags it declares. Run it for each adapter, unmodified. */
export function describeChannelContract(name: string, start: () => Promise<ChannelUnderTest>): void {
  describe(`${name} is an issuing channel`, () => {
    let it_: ChannelUnderTest;
    let channel: IssuingChannel;
    beforeAll(async () => {
      it_ = await start();
      channel = it_.channel;
    });
    afterAll(() => it_.close());
    beforeEach(() => it_.setStock({ available: 1_000, unitCostMinor: 4_500 }));

    const bought = async (changes: Partial<PurchaseRequest> = {}): Promise<{ request: PurchaseRequest; facts: PurchaseFacts }> => {
      const request = it_.newPurchase(changes);
      return { request, facts: factsOf(await channel.purchase(request, calling)) };
    };

    describe('buying', () => {
      it('is answered with its own id, as many different cards as asked for, and their cost', async () => {
        const { request, facts } = await bought({ quantity: 3 });
        expect(facts).toMatchObject({ requestId: request.requestId, status: 'COMPLETED', unitCostMinor: 4_500, currency: 'CNY', malformedCards: 0 });
        expect(new Set(facts.cards.map(({ code }) => code)).size).toBe(3);
      });

      it('a top-up completes with a receipt and no cards', async () => {
        const facts = factsOf(await channel.purchase(it_.newTopUp(), calling));
        expect(facts).toMatchObject({ status: 'COMPLETED', cards: [] });
        expect(facts.receipt).toEqual(expect.any(String));
      });

      it('a product that does not exist is refused', async () => {
        expect((await channel.purchase(it_.newPurchase({ product: 'no-such-product' }), calling)).outcome).toBe('refused');
      });

      it('nothing is sold above the price cap: REFUSED, PRICE_CHANGED', async () => {
        await it_.setStock({ unitCostMinor: 4_601 });
        expect((await bought({ maxUnitCostMinor: 4_600 })).facts).toMatchObject({ status: 'REFUSED', reason: 'PRICE_CHANGED', cards: [] });
        await it_.setStock({ unitCostMinor: 4_600 });
        expect((await bought({ maxUnitCostMinor: 4_600 })).facts).toMatchObject({ status: 'COMPLETED', unitCostMinor: 4_600 });
      });

      it('without stock: REFUSED, OUT_OF_STOCK', async () => {
        await it_.setStock({ available: 0 });
        expect((await bought()).facts).toMatchObject({ status: 'REFUSED', reason: 'OUT_OF_STOCK', cards: [] });
      });

      it('with too little stock: partialFill gives what is there and says PARTIAL, without it nothing is sold', async () => {
        await it_.setStock({ available: 2 });
        const { facts } = await bought({ quantity: 3 });
        if (channel.flags.partialFill) expect([facts.status, facts.cards.length]).toEqual(['PARTIAL', 2]);
        else expect([facts.status, facts.cards.length]).toEqual(['REFUSED', 0]);
      });

      it('replay: the same id with the same body is the same purchase, sold once', async () => {
        if (!channel.flags.replay) return;
        const { request, facts } = await bought({ quantity: 2 });
        expect(factsOf(await channel.purchase(request, calling))).toEqual(facts);
        expect(await it_.sold(request.requestId)).toBe(1);
      });

      it('replay: the same id with another body is refused and changes nothing', async () => {
        if (!channel.flags.replay) return;
        const { request } = await bought();
        expect((await channel.purchase({ ...request, quantity: 2 }, calling)).outcome).toBe('refused');
        expect(await it_.sold(request.requestId)).toBe(1);
      });

      it('replay: twenty requests at the same moment with one id are sold once', async () => {
        if (!channel.flags.replay) return;
        const request = it_.newPurchase();
        const answers = await Promise.all(Array.from({ length: 20 }, () => channel.purchase(request, calling)));
        expect(new Set(answers.map((answer) => factsOf(answer).cards[0]?.code)).size).toBe(1);
        expect(await it_.sold(request.requestId)).toBe(1);
      });

      it('maySend = false and an aborted signal keep the request at home', async () => {
        const request = it_.newPurchase();
        expect(await channel.purchase(request, { ...calling, maySend: () => false })).toEqual({ outcome: 'notDone', code: 'TOO_LATE' });
        expect((await channel.purchase(request, { ...calling, signal: AbortSignal.abort() })).outcome).toBe('notDone');
        expect(await it_.sold(request.requestId)).toBe(0);
      });
    });

    describe('asking', () => {
      it('lookup: an id never seen is notFound, one that was bought is told as it is', async () => {
        if (!channel.flags.lookup) return;
        expect(await channel.query(it_.newPurchase().requestId, calling)).toEqual({ outcome: 'notFound' });
        const { request, facts } = await bought({ quantity: 2 });
        expect(factsOf(await channel.query(request.requestId, calling))).toEqual(facts);
      });

      it('without lookup nobody is asked: refused here', async () => {
        if (channel.flags.lookup) return;
        expect(await channel.query(it_.newPurchase().requestId, calling)).toEqual({ outcome: 'refused', code: 'NOT_SUPPORTED' });
      });
    });

    describe('cancelling', () => {
      it('cancel: an id cancelled before it was ever seen sells nothing later', async () => {
        if (!channel.flags.cancel) return;
        const request = it_.newPurchase();
        expect(factsOf(await channel.cancel(request.requestId, calling))).toMatchObject({ status: 'CANCELLED', cards: [], unitCostMinor: 0 });
        expect(factsOf(await channel.purchase(request, calling))).toMatchObject({ status: 'CANCELLED', cards: [] });
        expect(await it_.sold(request.requestId)).toBe(0);
      });

      it('cancel: what was sold stays sold, and its cards are told once more', async () => {
        if (!channel.flags.cancel) return;
        const { request, facts } = await bought();
        expect(factsOf(await channel.cancel(request.requestId, calling))).toEqual(facts);
      });

      it('without cancel nobody is told: refused here', async () => {
        if (channel.flags.cancel) return;
        expect(await channel.cancel(it_.newPurchase().requestId, calling)).toEqual({ outcome: 'refused', code: 'NOT_SUPPORTED' });
      });
    });

    describe('stock and balance', () => {
      it('tells what is left and what it costs', async () => {
        await it_.setStock({ available: 7, unitCostMinor: 4_444 });
        const { product } = it_.newPurchase();
        expect(factsOf(await channel.stock(product, calling))).toEqual({ available: 7, unitCostMinor: 4_444, currency: 'CNY' });
        await bought({ quantity: 2 });
        expect(factsOf(await channel.stock(product, calling)).available).toBe(5);
      });

      it('tells what is left of the deposit', async () => {
        const before = factsOf(await channel.balance(calling));
        await bought({ quantity: 2 });
        expect(factsOf(await channel.balance(calling))).toEqual({ ...before, balanceMinor: before.balanceMinor - 2 * 4_500 });
      });

      it('a product that does not exist has no stock to tell of', async () => {
        expect((await channel.stock('no such product & more', calling)).outcome).toBe('refused');
      });
    });

    describe('telling', () => {
      it('a purchase that ended is told by a genuine notice with its facts', async () => {
        const { request, facts } = await bought();
        expect(channel.verifyNotice(await it_.noticeAbout(request.requestId))).toMatchObject({ outcome: 'genuine', notice: { facts } });
      });

      it('one changed byte makes the notice forged', async () => {
        const { request } = await bought();
        const notice = await it_.noticeAbout(request.requestId);
        const body = Buffer.from(notice.body);
        body.writeUInt8(body.readUInt8(body.length - 2) ^ 1, body.length - 2);
        expect(channel.verifyNotice({ ...notice, body }).outcome).toBe('forged');
      });
    });
  });
}
