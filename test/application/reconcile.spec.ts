import { aggregates } from '../../src/application/aggregates';
import { type ReconciliationReport, Reconciliation, discrepancyId, type Statement } from '../../src/application/finance/reconcile';
import { linesOfCsv } from '../../src/application/finance/statement-csv';
import { type StatementLine, StatementUnreadable } from '../../src/application/finance/statement';
import { sha256Hex } from '../../src/domain/kernel/hash';
import { derivedId, orderNumberFor, paymentReference, purchaseRequestId, refundReference } from '../../src/domain/kernel/ids';
import type { OrderEvent } from '../../src/domain/order/events';
import type { DiscrepancyRow } from '../../src/projections/discrepancies';
import { Chance } from '../support/chance';
import { seedOf } from '../e2e/support/busy-shop';
import { CNY, finance, type LedgerShop, openLedgerShop } from './ledger-shop';

const SEALED = { kid: 'k', iv: 'i', tag: 't', ct: 'c' };
const PRICE = 4_800;
const COST = 4_100;

let shop: LedgerShop;
let orders = 0;

interface Life {
  readonly paid?: boolean;
  readonly refunded?: boolean;
  readonly cards?: number;
}

/** One order as its stream has it: paid at `main`, bought from `upstream`, and given back in part. */
function lifeOf(id: string, { paid = true, refunded = false, cards = 0 }: Life): readonly OrderEvent[] {
  const reference = paymentReference(id, 1);
  const refund = refundReference(id, 1);
  const submitted = {
    orderNumber: orderNumberFor(id),
    clientId: 'shop',
    skuId: 'game',
    quantity: 2,
    amount: CNY(2 * PRICE),
    terms: {
      unitPrice: CNY(PRICE),
      payWithinSeconds: 900,
      deliverWithinSeconds: 1_800,
      reserve: 'AT_PAYMENT',
      partial: 'SPLIT',
      compensation: 'REFUND',
      onDoubt: 'WAIT',
      oversell: false,
      sources: [],
    },
    buyer: { ref: 'b', tier: 'STANDARD' },
    payment: { gatewayId: 'main', kind: 'REDIRECT' },
    admission: 'NOW',
    requestFingerprint: 'f',
    accessToken: { keyVersion: 1, epoch: 0 },
    locale: 'zh-CN',
  } as const;
  const captured = { reference, gatewayId: 'main', skuId: 'game', quantity: 2, captured: CNY(2 * PRICE), evidence: 'QUERY' } as const;
  const goods = Array.from({ length: cards }, (_, at) => ({ cardId: derivedId('card', id, at), fingerprint: `f${at}`, sealed: SEALED }));
  const bought = { requestId: purchaseRequestId(id, 1), channelId: 'upstream', skuId: 'game', reservation: 1, cards: goods, unitCost: CNY(COST) };
  const ordered = {
    refund: 1,
    refundReference: refund,
    reference,
    gatewayId: 'main',
    amount: CNY(PRICE),
    cause: 'PARTIAL',
    takesBack: [],
    full: false,
  };
  const returned = { method: 'REFUND', skuId: 'game', refundReference: refund, gatewayId: 'main', amount: CNY(PRICE), cause: 'PARTIAL', full: false };
  return [
    { type: 'OrderSubmitted', data: submitted },
    ...(paid ? [{ type: 'PaymentConfirmed', data: captured } as const] : []),
    ...(cards > 0 ? [{ type: 'PurchaseCompleted', data: bought } as const] : []),
    ...(refunded ? [{ type: 'RefundOrdered', data: ordered } as OrderEvent, { type: 'Compensated', data: returned } as OrderEvent] : []),
  ];
}

async function live(at: string, life: Life): Promise<string> {
  const id = derivedId('order', 'reconcile', ++orders);
  const absent = shop.commands.absent(aggregates.order, id);
  await shop.commands.commit(aggregates.order, id, absent, lifeOf(id, life), shop.context(), Date.parse(at));
  shop.commands.forget(aggregates.order, id);
  return id;
}

async function* chunks(lines: readonly StatementLine[]): AsyncGenerator<readonly StatementLine[]> {
  for (let at = 0; at < lines.length; at += 1_000) yield lines.slice(at, at + 1_000);
}

let runs = 0;
async function reconcile(lines: readonly StatementLine[], over: Partial<Statement> = {}): Promise<ReconciliationReport> {
  await caughtUp();
  const statement: Statement = {
    side: 'gateway',
    party: 'main',
    day: '2026-11-21',
    cumulative: false,
    source: 'test',
    contentHash: sha256Hex(JSON.stringify(lines)),
    takenAt: Date.parse('2026-11-23T00:00:00Z'),
    lines: chunks(lines),
    ...over,
  };
  const context = { causationId: `run-${++runs}`, actor: finance.actor };
  const { commands, readModels } = shop;
  const report = await new Reconciliation({ commands, readModels, timeZone: 'Asia/Shanghai', context }, statement).run();
  await caughtUp();
  return report;
}

async function caughtUp(): Promise<void> {
  const head = (await shop.store.head()) ?? '';
  for (const name of ['books', 'discrepancies', 'statements', 'ledger-days'])
    if (head !== '' && !(await shop.projecting.waitFor(name, head, 60_000))) throw new Error(`${name} is behind`);
}

async function found(): Promise<ReadonlyMap<string, DiscrepancyRow>> {
  const rows = new Map<string, DiscrepancyRow>();
  for (let after: { value: string; key: string } | undefined; ;) {
    const page = await shop.readModels.find<DiscrepancyRow>('discrepancies', {
      sort: { field: 'foundAt', direction: 'asc' },
      limit: 1_000,
      ...(after === undefined ? {} : { after }),
    });
    for (const { key, value } of page) rows.set(key, value);
    const last = page.at(-1);
    if (last === undefined || page.length < 1_000) return rows;
    after = { value: last.value.foundAt, key: last.key };
  }
}

const NOON = '2026-11-21T04:00:00Z';
const payment = (id: string, amountMinor = 2 * PRICE): StatementLine => ({
  kind: 'PAYMENT',
  reference: paymentReference(id, 1),
  amountMinor,
  currency: 'CNY',
});
const refund = (id: string): StatementLine => ({ kind: 'REFUND', reference: refundReference(id, 1), amountMinor: PRICE, currency: 'CNY' });
const purchase = (id: string, units: number): StatementLine => ({
  kind: 'PURCHASE',
  reference: purchaseRequestId(id, 1),
  amountMinor: units * COST,
  units,
});

describe('a statement held against the books', () => {
  beforeEach(async () => {
    shop = await openLedgerShop();
  });
  afterEach(() => shop.close());

  it('finds every one of 10,000 seeded differences, names each by what it is, and invents none', async () => {
    const chance = new Chance(seedOf('reconcile'));
    const theirs: StatementLine[] = [];
    const channel: StatementLine[] = [];
    const seeded = new Map<string, string>();
    const seed = (party: string, { kind, reference }: StatementLine, problem: string): unknown =>
      seeded.set(discrepancyId(party, kind, reference), problem);
    const lives: (() => Promise<void>)[] = [];
    const ofPayments = ['one cent', 'missing notice', 'missing line'] as const;
    for (let at = 0; at < 5_500; at++)
      lives.push(async () => {
        const wrong = at < 5_000 ? ofPayments[at % 3] : undefined;
        const besides = at < 5_000 ? (['one card', 'foreign refund'] as const)[at % 2] : undefined;
        const paid = wrong !== 'missing notice';
        const cards = besides === 'one card' || at % 3 === 0 ? 2 : 0;
        const id = await live(NOON, { paid, cards, refunded: paid && at % 4 === 0 });
        const line = payment(id, 2 * PRICE + (wrong === 'one cent' ? (chance.hit(0.5) ? 1 : -1) : 0));
        if (wrong !== 'missing line') theirs.push(line);
        if (wrong === 'one cent') seed('main', line, 'AMOUNT');
        if (wrong === 'missing notice') seed('main', line, 'NOT_BOOKED');
        if (wrong === 'missing line') seed('main', line, 'NOT_ON_STATEMENT');
        if (paid && at % 4 === 0) theirs.push(refund(id));
        if (besides === 'foreign refund') {
          const foreign: StatementLine = { ...refund(id), reference: at % 4 === 1 ? `foreign-${at}` : refundReference(id, 7) };
          theirs.push(foreign);
          seed('main', foreign, 'NOT_BOOKED');
        }
        if (cards > 0) channel.push(purchase(id, besides === 'one card' ? 1 : 2));
        if (besides === 'one card') seed('upstream', purchase(id, 1), 'AMOUNT');
      });
    for (let at = 0; at < lives.length; at += 100) await Promise.all(lives.slice(at, at + 100).map((begin) => begin()));
    expect(seeded.size).toBe(10_000);
    await reconcile(theirs.sort((a, b) => (sha256Hex(a.reference) < sha256Hex(b.reference) ? -1 : 1)));
    await reconcile(channel, { side: 'channel', party: 'upstream' });
    const rows = await found();
    expect(rows.size).toBe(10_000);
    for (const [id, problem] of seeded) expect({ id, problem: rows.get(id)?.problem }).toEqual({ id, problem });
    const again = await reconcile(theirs);
    expect(again).toMatchObject({ differing: 7_500, settled: 0 });
    expect((await shop.store.read(`discrepancy-${[...seeded.keys()][0] ?? ''}`)).length).toBe(1);
  }, 300_000);

  it('settles by itself what comes to match: the notice that was late, the line on the next statement', async () => {
    const id = await live(NOON, { paid: false });
    const other = await live('2026-11-21T15:59:58Z', {});
    await reconcile([payment(id)]);
    expect([...(await found()).values()].map(({ problem, state }) => [problem, state]).sort()).toEqual([
      ['NOT_BOOKED', 'OPEN'],
      ['NOT_ON_STATEMENT', 'OPEN'],
    ]);
    const folded = await shop.commands.load(aggregates.order, id, true);
    const confirmed = lifeOf(id, {}).filter(({ type }) => type === 'PaymentConfirmed');
    await shop.commands.commit(aggregates.order, id, folded, confirmed, shop.context(), Date.parse('2026-11-21T16:00:05Z'));
    expect(await reconcile([payment(other)], { day: '2026-11-22' })).toMatchObject({ matched: 1, differing: 1, settled: 1 });
    // Booked at five past midnight, and on the statement of the day before: that statement, read again, says so, and the next one is content.
    expect(await reconcile([payment(id)])).toMatchObject({ carried: [paymentReference(id, 1)], settled: 1 });
    expect(await reconcile([payment(other)], { day: '2026-11-22' })).toMatchObject({ differing: 0, settled: 0 });
    expect([...(await found()).values()].every(({ state }) => state === 'SETTLED')).toBe(true);
  });

  it('keeps what a person said of a difference, until its figures change', async () => {
    const id = await live(NOON, {});
    await reconcile([payment(id, 9_500)]);
    const item = discrepancyId('main', 'PAYMENT', paymentReference(id, 1));
    await shop.commands.handle(aggregates.discrepancy, item, { type: 'Explain', explanation: 'a fee was taken off' }, shop.context());
    await reconcile([payment(id, 9_500)]);
    expect((await found()).get(item)).toMatchObject({ state: 'EXPLAINED', explanation: 'a fee was taken off' });
    await shop.commands.handle(aggregates.discrepancy, item, { type: 'Settle', cause: 'PERSON' }, shop.context());
    await reconcile([payment(id, 9_500)]);
    expect((await found()).get(item)).toMatchObject({ state: 'SETTLED', settledBy: 'PERSON' });
    await reconcile([payment(id, 9_400)]);
    expect((await found()).get(item)).toMatchObject({ state: 'OPEN', explanation: null, theirs: { amountMinor: 9_400, currency: 'CNY' } });
  });

  it('adds up lines of one reference, and tells another currency from another amount', async () => {
    const [twice, halves, dollars] = [await live(NOON, {}), await live(NOON, {}), await live(NOON, {})];
    await reconcile([payment(twice), payment(twice), payment(halves, PRICE), payment(halves, PRICE), { ...payment(dollars), currency: 'USD' }]);
    const rows = [...(await found()).values()].map(({ reference, problem, theirs }) => [reference, problem, theirs?.amountMinor]);
    expect(rows.sort()).toEqual(
      [
        [paymentReference(twice, 1), 'AMOUNT', 4 * PRICE],
        [paymentReference(dollars, 1), 'CURRENCY', 2 * PRICE],
      ].sort(),
    );
  });
});

describe('a statement in csv', () => {
  const shape = {
    encoding: 'gb18030',
    delimiter: ',',
    columns: { reference: '商户订单号', amount: '金额（元）', kind: '业务类型' },
    kinds: { 交易: 'PAYMENT', 退款: 'REFUND' },
    kind: 'PAYMENT',
    currency: 'CNY',
  } as const;
  async function* bytes(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* parts;
  }
  const read = async (text: string | Uint8Array, over: object = {}): Promise<readonly StatementLine[]> => {
    const lines: StatementLine[] = [];
    const body = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
    for await (const chunk of linesOfCsv(bytes(body), { ...shape, encoding: 'utf-8', ...over })) lines.push(...chunk);
    return lines;
  };

  it('is read past its title and remarks, with its own words, signs and separators', async () => {
    const text =
      '#支付宝业务明细查询\n#起始日期：2026-11-21\n业务类型,"商户订单号",金额（元）\n交易,`A.1,"1,048.00"\n退款,A.r1,-48.50\n手续费,X,-0.60\n\n#合计,1\n';
    expect(await read(text)).toEqual([
      { kind: 'PAYMENT', reference: 'A.1', amountMinor: 104_800, currency: 'CNY' },
      { kind: 'REFUND', reference: 'A.r1', amountMinor: 4_850, currency: 'CNY' },
    ]);
  });

  it.each([
    ['a fraction finer than the currency', '业务类型,商户订单号,金额（元）\n交易,A.1,48.005\n', 'row 2'],
    ['no reference', '业务类型,商户订单号,金额（元）\n交易,,48.00\n', 'row 2'],
    ['a word for an amount', '业务类型,商户订单号,金额（元）\n交易,A.1,n/a\n', 'row 2'],
    ['an exponent', '业务类型,商户订单号,金额（元）\n交易,A.1,1e3\n', 'row 2'],
    ['a quote that nobody closes', '业务类型,商户订单号,金额（元）\n交易,"A.1,48\n', 'row 2'],
    ['other headings', '种类,订单号,金额\n交易,A.1,48\n', '商户订单号'],
    ['nothing', '', 'headings'],
  ])('with %s is refused as a whole, and the row is named', async (_, text, where) => {
    await expect(read(text)).rejects.toThrow(StatementUnreadable);
    await expect(read(text)).rejects.toThrow(where);
  });

  it('counts yen without decimals', async () => {
    expect(await read('商户订单号,金额（元）,业务类型\nA.1,4800,交易\n', { currency: 'JPY' })).toMatchObject([
      { amountMinor: 4_800, currency: 'JPY' },
    ]);
  });
});
