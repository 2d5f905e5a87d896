import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PurchaseRequest } from '../../src/application/ports/channel';
import type { CallOptions } from '../../src/application/ports/outside-call';
import { buildChannel, type OpenChannel } from '../../src/infrastructure/channels/registry';
import type { SandboxFlag } from '../../src/sandbox/channel';
import { describeChannelContract } from '../contracts/channel.contract';
import { factsOf } from '../contracts/gateway.contract';
import { listenForNotices, until, type NoticeListener } from '../support/sandbox';
import { ALL_FLAGS, CARD_PRODUCT, purchaseRequest, startTestChannel, TOP_UP_PRODUCT, type TestChannel } from '../support/sandbox-channel';

/** Every combination of the flags, from none to all. */
const combinations = Array.from({ length: 2 ** ALL_FLAGS.length }, (_, bits) => ALL_FLAGS.filter((_flag, at) => (bits >> at) & 1));

describe.each(combinations.map((flags) => [flags.join(' ') || 'no flags', flags] as const))('with %s', (_name, flags: readonly SandboxFlag[]) => {
  describeChannelContract('the sandbox over http-v1', async () => {
    const sandbox = await startTestChannel({ flags });
    const channel = buildChannel(sandbox.settings, { wallMs: Date.now, dropRoot: undefined });
    const listener = await listenForNotices();
    return {
      channel,
      newPurchase: (changes = {}) => purchaseRequest({ callbackUrl: listener.url, ...changes }),
      newTopUp: () =>
        purchaseRequest({ product: TOP_UP_PRODUCT.product, maxUnitCostMinor: 10_000, fields: { phone: '13800000000' }, callbackUrl: listener.url }),
      setStock: (to) => sandbox.setStock(CARD_PRODUCT.product, to),
      sold: async (requestId) => (await sandbox.purchases()).filter((row) => row.requestId === requestId && row.status === 'COMPLETED').length,
      noticeAbout: (requestId) => noticeOf(listener, requestId),
      async close() {
        await channel.release();
        await sandbox.close();
        await listener.close();
      },
    };
  });
});

async function noticeOf(listener: NoticeListener, requestId: string) {
  for (let wanted = 1; ; wanted++) {
    const notice = (await listener.count(wanted)).find(({ body }) => body.includes(`"${requestId}"`));
    if (notice) return notice;
  }
}

describe('a fault of a sandbox channel', () => {
  let sandbox: TestChannel;
  let channel: OpenChannel;
  let listener: NoticeListener;
  beforeEach(async () => {
    sandbox = await startTestChannel();
    channel = buildChannel(sandbox.settings, { wallMs: Date.now, dropRoot: undefined });
    listener = await listenForNotices();
  });
  afterEach(async () => {
    await channel.release();
    await sandbox.close();
    await listener.close();
  });

  const calling: CallOptions = { timeoutMs: 5_000 };
  const impatient: CallOptions = { timeoutMs: 250 };
  const purchase = (changes: Partial<PurchaseRequest> = {}): PurchaseRequest => purchaseRequest({ callbackUrl: listener.url, ...changes });
  const truth = async ({ requestId }: PurchaseRequest) => (await sandbox.purchases()).filter((row) => row.requestId === requestId);
  const query = async ({ requestId }: PurchaseRequest) => factsOf(await channel.query(requestId, calling));
  const buy = async (request: PurchaseRequest) => factsOf(await channel.purchase(request, calling));

  it.each(['hang', 'error', 'refuse-connection'])('%s: the outcome is unknown and nothing was sold', async (fault) => {
    await sandbox.faults([{ method: 'POST', fault }]);
    const asked = purchase();
    expect((await channel.purchase(asked, impatient)).outcome).toBe('unknown');
    const asking = () => channel.query(asked.requestId, calling);
    expect(await until(asking, ({ outcome }) => outcome !== 'notDone')).toEqual({ outcome: 'notFound' });
    expect(await truth(asked)).toEqual([]);
  });

  it.each(['error-after-commit', 'reset-after-commit', 'bad-json-after-commit', 'commit-then-hang', 'oversized'])(
    '%s: the outcome is unknown and the cards were sold, once',
    async (fault) => {
      await sandbox.faults([{ method: 'POST', path: '/purchases', fault }]);
      const asked = purchase();
      expect((await channel.purchase(asked, impatient)).outcome).toBe('unknown');
      expect((await channel.purchase(asked, impatient)).outcome).toBe('unknown');
      const [row, ...others] = await truth(asked);
      expect([row?.status, others.length]).toEqual(['COMPLETED', 0]);
      const codes = (await query(asked)).cards.map(({ code }) => createHash('sha256').update(code, 'utf8').digest('hex'));
      expect(codes).toEqual(row?.codeHashes);
    },
  );

  it.each(['hang', 'error', 'error-after-commit', 'reset-after-commit', 'bad-json-after-commit', 'commit-then-hang', 'oversized'])(
    '%s on a query or a cancel is unknown, and the next answer is right',
    async (fault) => {
      const asked = purchase();
      const facts = await buy(asked);
      await sandbox.faults([{ reference: asked.requestId, fault }]);
      expect((await channel.query(asked.requestId, impatient)).outcome).toBe('unknown');
      expect((await channel.cancel(asked.requestId, impatient)).outcome).toBe('unknown');
      await sandbox.faults([]);
      expect(await query(asked)).toEqual(facts);
    },
  );

  it.each(['hang', 'error', 'malformed', 'oversized'])('%s on stock and balance is unknown', async (fault) => {
    await sandbox.faults([{ method: 'GET', fault }]);
    expect((await channel.stock(CARD_PRODUCT.product, impatient)).outcome).toBe('unknown');
    expect((await channel.balance(impatient)).outcome).toBe('unknown');
  });

  it('delay: the answer comes late and is right', async () => {
    await sandbox.faults([{ fault: 'delay', ms: 1_000 }]);
    expect((await buy(purchase())).status).toBe('COMPLETED');
  });

  it('appears-late on GET: a purchase that is there is not found at first', async () => {
    await sandbox.faults([{ method: 'GET', fault: 'appears-late', ms: 30_000 }]);
    const asked = purchase();
    await buy(asked);
    expect(await channel.query(asked.requestId, calling)).toEqual({ outcome: 'notFound' });
    await until(
      () => channel.query(asked.requestId, calling),
      ({ outcome }) => outcome === 'answered',
    );
  });

  it('appears-late on POST: the purchase is made after its caller gave up, unless it was cancelled before', async () => {
    await sandbox.faults([{ method: 'POST', path: '/purchases', fault: 'appears-late', ms: 20_000 }]);
    const [late, cancelled] = [purchase(), purchase()];
    for (const asked of [late, cancelled]) expect((await channel.purchase(asked, calling)).outcome).toBe('unknown');
    expect(factsOf(await channel.cancel(cancelled.requestId, calling)).status).toBe('CANCELLED');
    await until(
      () => truth(late),
      (rows) => rows.length > 0,
    );
    expect(await truth(cancelled)).toMatchObject([{ status: 'CANCELLED', codeHashes: [] }]);
  });

  it('refuse: this request is refused, and its id is free', async () => {
    await sandbox.faults([{ path: '/purchases', fault: 'refuse' }]);
    const asked = purchase();
    expect(await channel.purchase(asked, calling)).toEqual({ outcome: 'refused', code: 'REFUSED' });
    expect(await channel.query(asked.requestId, calling)).toEqual({ outcome: 'notFound' });
  });

  it('decline: the purchase is REFUSED for good, under its id', async () => {
    await sandbox.faults([{ fault: 'decline' }]);
    const asked = purchase();
    expect(await buy(asked)).toMatchObject({ status: 'REFUSED', reason: 'DECLINED', cards: [] });
    await sandbox.faults([]);
    expect(await buy(asked)).toMatchObject({ status: 'REFUSED' });
  });

  it('pending: PENDING first, sold later, with a notice then', async () => {
    await sandbox.faults([{ fault: 'pending', ms: 5_000 }]);
    const asked = purchase();
    expect(await buy(asked)).toMatchObject({ status: 'PENDING', cards: [] });
    const notice = channel.verifyNotice(await noticeOf(listener, asked.requestId));
    expect(notice).toMatchObject({ outcome: 'genuine', notice: { facts: { status: 'COMPLETED' } } });
    expect((await query(asked)).status).toBe('COMPLETED');
  });

  it('pending: what was cancelled meanwhile is not sold', async () => {
    await sandbox.faults([{ fault: 'pending', ms: 3_600_000 }]);
    const asked = purchase();
    await buy(asked);
    expect(factsOf(await channel.cancel(asked.requestId, calling))).toMatchObject({ status: 'CANCELLED', cards: [] });
  });

  it('close-too-late: a cancel that comes when it was just sold answers with the cards', async () => {
    await sandbox.faults([{ fault: 'pending', ms: 3_600_000 }]);
    const asked = purchase();
    await buy(asked);
    await sandbox.faults([{ fault: 'close-too-late' }]);
    expect(factsOf(await channel.cancel(asked.requestId, calling))).toMatchObject({ status: 'COMPLETED', cards: [expect.any(Object)] });
  });

  it('partial: half of what was asked for', async () => {
    await sandbox.faults([{ fault: 'partial' }]);
    const facts = await buy(purchase({ quantity: 5 }));
    expect([facts.status, facts.cards.length]).toEqual(['PARTIAL', 2]);
  });

  it('over-price: sold, above the cap', async () => {
    await sandbox.faults([{ fault: 'over-price' }]);
    const asked = purchase();
    const facts = await buy(asked);
    expect(facts.status).toBe('COMPLETED');
    expect(facts.unitCostMinor).toBeGreaterThan(asked.maxUnitCostMinor);
    expect(await truth(asked)).toMatchObject([{ unitCostMinor: facts.unitCostMinor }]);
  });

  it('malformed: the answer is definite, one card of it has no code, and it stays so', async () => {
    await sandbox.faults([{ fault: 'malformed' }]);
    const asked = purchase({ quantity: 2 });
    const facts = await buy(asked);
    expect([facts.status, facts.cards.length, facts.malformedCards]).toEqual(['COMPLETED', 1, 1]);
    expect(await query(asked)).toEqual(facts);
  });

  it('same-card-twice: a code that was sold before is sold again', async () => {
    const first = await buy(purchase());
    await sandbox.faults([{ fault: 'same-card-twice' }]);
    expect((await buy(purchase({ quantity: 2 }))).cards[0]).toEqual(first.cards[0]);
  });

  it('stale-status: a query answers how it was at first', async () => {
    const asked = purchase();
    await buy(asked);
    await sandbox.faults([{ fault: 'stale-status' }]);
    expect(await query(asked)).toMatchObject({ status: 'PENDING', cards: [] });
  });

  it('duplicate-notice: ten of the same', async () => {
    await sandbox.faults([{ fault: 'duplicate-notice' }]);
    await buy(purchase());
    const notices = await listener.count(10);
    expect(new Set(notices.map(({ headers, body }) => `${String(headers['webhook-id'])} ${body.toString()}`)).size).toBe(1);
  });

  it('no-notice: none; late-notice: later', async () => {
    await sandbox.faults([{ fault: 'no-notice' }]);
    const untold = purchase();
    await buy(untold);
    await sandbox.faults([{ fault: 'late-notice', ms: 5_000 }]);
    const told = purchase();
    await buy(told);
    await noticeOf(listener, told.requestId);
    expect(listener.received.some(({ body }) => body.includes(`"${untold.requestId}"`))).toBe(false);
  });

  it('forged-notice: a wrong signature comes before the right one', async () => {
    await sandbox.faults([{ fault: 'forged-notice' }]);
    await buy(purchase());
    const outcomes = (await listener.count(2)).map((notice) => channel.verifyNotice(notice).outcome).sort();
    expect(outcomes).toEqual(['forged', 'genuine']);
  });

  it('foreign-notice: well signed, about a purchase that we never asked for', async () => {
    await sandbox.faults([{ fault: 'foreign-notice' }]);
    await buy(purchase());
    await listener.count(2);
    const foreign = channel.verifyNotice(await noticeOf(listener, 'somebody-elses-purchase'));
    expect(foreign).toMatchObject({ outcome: 'genuine', notice: { facts: { status: 'COMPLETED' } } });
  });

  it('lying-notice: well signed, and the query says otherwise', async () => {
    await sandbox.faults([{ fault: 'pending', ms: 3_600_000 }, { fault: 'lying-notice' }]);
    const asked = purchase();
    await buy(asked);
    const lie = channel.verifyNotice(await noticeOf(listener, asked.requestId));
    expect(lie).toMatchObject({ outcome: 'genuine', notice: { facts: { status: 'COMPLETED' } } });
    expect((await query(asked)).status).toBe('PENDING');
  });
});

describe('a sandbox channel', () => {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });
  const calling: CallOptions = { timeoutMs: 5_000 };
  const started = async (options: Parameters<typeof startTestChannel>[0] = {}) => {
    const sandbox = await startTestChannel(options);
    const channel = buildChannel(sandbox.settings, { wallMs: Date.now, dropRoot: undefined });
    open.push(sandbox.close, () => channel.release());
    return { sandbox, channel };
  };

  it('without replay sells again under the same id', async () => {
    const { sandbox, channel } = await started({ flags: ['lookup'] });
    const request = purchaseRequest();
    const [first, second] = [factsOf(await channel.purchase(request, calling)), factsOf(await channel.purchase(request, calling))];
    expect(first.cards).not.toEqual(second.cards);
    expect(await sandbox.purchases()).toHaveLength(2);
  });

  it('without lookup or cancel does not know the call', async () => {
    const { sandbox } = await started({ flags: [] });
    const headers = { authorization: `Bearer ${sandbox.settings.apiKey}` };
    expect((await fetch(`${sandbox.url}/purchases/x.p1`, { headers })).status).toBe(422);
    expect((await fetch(`${sandbox.url}/purchases/x.p1/cancel`, { method: 'POST', headers })).status).toBe(422);
  });

  it('refuses when the deposit is used up: BALANCE_LOW', async () => {
    const { sandbox, channel } = await started();
    await sandbox.setBalance(4_499);
    expect(factsOf(await channel.purchase(purchaseRequest(), calling))).toMatchObject({ status: 'REFUSED', reason: 'BALANCE_LOW' });
  });

  it('a top-up without its fields, and another currency, are refused', async () => {
    const { channel } = await started();
    expect(await channel.purchase(purchaseRequest({ product: TOP_UP_PRODUCT.product }), calling)).toEqual({
      outcome: 'refused',
      code: 'FIELDS_MISSING',
    });
    expect(await channel.purchase(purchaseRequest({ currency: 'USD' }), calling)).toEqual({ outcome: 'refused', code: 'WRONG_CURRENCY' });
  });

  it('asks for its key, but not for control calls', async () => {
    const { sandbox } = await started();
    expect((await fetch(`${sandbox.url}/balance`)).status).toBe(401);
    expect((await fetch(`${sandbox.url}/balance`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await fetch(`${sandbox.url}/ledger`)).status).toBe(200);
  });

  it('keeps its ledger, its codes and what it promised over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cardrail-channel-'));
    open.push(() => Promise.resolve(rmSync(folder, { recursive: true })));
    const dataFile = join(folder, 'ledger.jsonl');
    const before = await started({ dataFile });
    const [sold, pending] = [purchaseRequest(), purchaseRequest()];
    const facts = factsOf(await before.channel.purchase(sold, calling));
    await before.sandbox.faults([{ fault: 'pending', ms: 3_600_000 }]);
    await before.channel.purchase(pending, calling);
    await before.sandbox.close();
    const { channel } = await started({ dataFile });
    expect(factsOf(await channel.purchase(sold, calling))).toEqual(facts);
    expect(factsOf(await channel.query(pending.requestId, calling)).status).toBe('COMPLETED');
    expect(factsOf(await channel.stock(CARD_PRODUCT.product, calling)).available).toBe(CARD_PRODUCT.available - 2);
  });
});
