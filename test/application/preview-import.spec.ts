import { Readable } from 'node:stream';
import { ImportCards, ImportCardsHandler } from '../../src/application/commands/import-cards';
import { PreviewImport, PreviewImportHandler } from '../../src/application/commands/preview-import';
import { type DuplicateReason, ProblemList } from '../../src/application/import-cards/card-rows';
import { FingerprintSet } from '../../src/application/import-cards/fingerprint-set';
import { importCardsFromStream, type ImportReport } from '../../src/application/import-cards/import-cards';
import { type PreviewReport, previewRows } from '../../src/application/import-cards/preview-cards';
import { CHUNK_ROWS, rowsOf } from '../../src/application/import-cards/rows';
import { namedColumns } from '../../src/application/import-cards/columns';
import { shapeOf } from '../../src/application/import-cards/shape';
import { aggregates } from '../../src/application/aggregates';
import { StoreUnavailable } from '../../src/application/ports/event-store';
import { cardIdFor } from '../../src/domain/kernel/ids';
import { callerAs, freshKey, openShop, type ShopOptions, type TestShop } from './commands-shop';

let shop: TestShop;
const open = async (options?: ShopOptions): Promise<void> => {
  shop = await openShop(options);
};
afterEach(() => shop.close());

const SHAPE = shapeOf(Buffer.from(''), { format: 'csv', columns: namedColumns(['code', 'expiresAt', 'pin']) ?? [] });
const bytes = (text: string): Readable => Readable.from([Buffer.from(text)]);
const options = (batchId: string) => ({
  skuId: 'steam-50',
  batchId,
  source: 'codes.csv',
  reason: 'delivery',
  actor: { kind: 'OPS', id: 'ops' } as const,
  causationId: 'test',
  contentHash: 'a'.repeat(64),
  shape: SHAPE,
});
const load = async (text: string, batchId: string, more: object = {}): Promise<ImportReport> => {
  const result = await importCardsFromStream(shop.importKit, bytes(text), { ...options(batchId), ...more });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.batch;
};
const preview = async (text: string, batchId: string, more: object = {}): Promise<PreviewReport> => {
  const result = await previewRows(shop.importKit, rowsOf(bytes(text), SHAPE), { skuId: 'steam-50', batchId, ...more });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.preview;
};
const does = (code: string, command: object): Promise<unknown> => {
  const context = { commandId: freshKey(), correlationId: 'c', causationId: 'c', actor: { kind: 'OPS', id: 'ops' } } as const;
  return shop.commands.handle(aggregates.card, cardIdFor('steam-50', shop.keyring.fingerprint(code, 'card')), command as never, context);
};

/** Five codes are in the pool and stand in every way that a code can stand. */
async function oldStock(): Promise<void> {
  await load('POOL\nSOLD\nBAD\nGONE\n', 'old');
  await does('SOLD', { type: 'ClaimCard', orderId: 'o', reservation: 1, at: 0 });
  await does('BAD', { type: 'QuarantineCard', cause: 'PERSON' });
  await does('GONE', { type: 'VoidCard', cause: 'recalled' });
}
const FILE = ['NEW-1', 'NEW-1', 'POOL', 'SOLD', 'BAD', 'GONE', ',', 'OLD,2001-01-01', 'X,never', 'NEW-2,2999-01-01,7', 'POOL', ''].join('\n');
const EXPECTED: readonly (readonly [number, string])[] = [
  [2, 'DUPLICATE_IN_FILE'],
  [3, 'DUPLICATE_IN_POOL'],
  [4, 'DUPLICATE_SOLD'],
  [5, 'DUPLICATE_WITHDRAWN'],
  [6, 'DUPLICATE_WITHDRAWN'],
  [7, 'EMPTY_CODE'],
  [8, 'EXPIRED'],
  [9, 'BAD_EXPIRY'],
  [11, 'DUPLICATE_IN_POOL'],
];

describe('a preview', () => {
  it('says by row what an import then says, names codes by fingerprint only, and stores nothing', async () => {
    await open();
    await oldStock();
    const head = await shop.store.head();
    const seen = await preview(FILE, 'new');
    expect(await shop.store.head()).toBe(head);
    expect(seen).toMatchObject({ state: 'NEW', rows: 11, accepted: 2, duplicates: 6, rejected: 3, comparedAll: true });
    expect(seen.problems.map(({ row, reason }) => [row, reason])).toEqual(EXPECTED);
    const imported = await load(FILE, 'new');
    const { rows, accepted, duplicates, rejected, problems, reasons } = seen;
    expect(imported).toMatchObject({ rows, accepted, duplicates, rejected, problems, reasons });
    expect(JSON.stringify([seen, imported])).not.toMatch(/NEW-|"(POOL|SOLD|BAD|GONE)"/);
    expect(problems.find(({ row }) => row === 3)?.fingerprint).toBe(shop.keyring.fingerprint('POOL', 'card'));
    expect(await preview(FILE, 'new')).toMatchObject({ state: 'CLOSED', accepted: 2, duplicates: 6, rejected: 3 });
  });

  it('counts what a stopped import has stored already as accepted', async () => {
    await open();
    const text = Array.from({ length: 3_000 }, (_, at) => `CODE-${at}\n`).join('');
    const stopping = new AbortController();
    const stopped = await importCardsFromStream(shop.importKit, bytes(text), { ...options('b'), signal: stopping.signal }, () => stopping.abort());
    expect(stopped).toMatchObject({ ok: true, batch: { state: 'OPEN', rows: CHUNK_ROWS, accepted: CHUNK_ROWS } });
    expect(await preview(text, 'b')).toMatchObject({ state: 'OPEN', rows: 3_000, accepted: 3_000, duplicates: 0 });
    const after = await shop.store.head();
    expect(await load(text, 'b')).toMatchObject({ state: 'CLOSED', rows: 3_000, accepted: 3_000, duplicates: 0 });
    expect(Number(await shop.store.head()) - Number(after)).toBe(3_000 - CHUNK_ROWS + 1);
  });

  it('of a reusable SKU finds no duplicates, and of a SKU that is not there is refused', async () => {
    await open();
    await shop.configureSku({ reusable: true });
    expect(await preview('A\nA\n', 'b')).toMatchObject({ accepted: 2, duplicates: 0 });
    const call = await previewRows(shop.importKit, [], { skuId: 'nothing', batchId: 'b' });
    expect(call).toMatchObject({ ok: false, refusal: { code: 'SKU_NOT_FOUND' } });
  });

  it('by one call says what the call would, by row', async () => {
    await open();
    await shop.stock('A');
    const cards = [{ code: 'A' }, { code: 'B', expiresAt: '2001-01-01T00:00:00Z' }, { code: 'C', fields: [{ name: 'pin', value: ' 7 ' }] }];
    const seen = await new PreviewImportHandler(shop.importKit).execute(new PreviewImport(callerAs('OPS'), { skuId: 'steam-50', cards }));
    const problems = [
      { row: 1, reason: 'DUPLICATE_IN_POOL' },
      { row: 2, reason: 'EXPIRED' },
    ];
    expect(seen).toMatchObject({ ok: true, preview: { rows: 3, accepted: 1, duplicates: 1, rejected: 1, problems } });
    const input = {
      idempotencyKey: freshKey(),
      reason: 'r',
      skuId: 'steam-50',
      cards,
      supplier: 'ACME',
      cost: { amountMinor: 4_600, currency: 'CNY' },
    };
    const done = await new ImportCardsHandler(shop.importKit).execute(new ImportCards(callerAs('OPS'), input));
    expect(done).toMatchObject({ ok: true, batch: { accepted: 1, duplicates: 1, rejected: 1, problems } });
  });
});

describe('a delivery', () => {
  it('keeps supplier, cost and expiry, and each of its cards the cost and the expiry', async () => {
    await open();
    const terms = { supplier: 'ACME', cost: { amountMinor: 4_600, currency: 'CNY' }, expiresAt: '2999-12-31T00:00:00.000Z' };
    await load('A,,7\nB,2999-01-01\n', 'b', { terms });
    const [opened] = await shop.store.read('batch-b');
    expect(opened?.data).toMatchObject(terms);
    const stocked = async (code: string) => (await shop.store.read(`card-${cardIdFor('steam-50', shop.keyring.fingerprint(code, 'card'))}`))[0]?.data;
    expect(await stocked('A')).toMatchObject({ cost: terms.cost, expiresAt: terms.expiresAt });
    expect(await stocked('B')).toMatchObject({ cost: terms.cost, expiresAt: '2999-01-01T23:59:59.999Z' });
  });

  it('told anew with other terms is refused; told without them it is as it was', async () => {
    await open();
    await load('A\n', 'b', { terms: { supplier: 'ACME' } });
    const other = await importCardsFromStream(shop.importKit, bytes('A\n'), { ...options('b'), terms: { supplier: 'Other' } });
    expect(other).toMatchObject({ ok: false, refusal: { code: 'BATCH_OF_OTHER_TERMS' } });
    expect(await load('A\n', 'b')).toMatchObject({ state: 'CLOSED', accepted: 1 });
  });

  it('outlasts a store that is away for a moment, and counts each row once', async () => {
    let calls = 0;
    await open({
      around: (store) => ({
        read: (...args) => store.read(...args),
        subscribe: (...args) => store.subscribe(...args),
        head: () => store.head(),
        append: (...args) =>
          args[0].startsWith('card-') && ++calls % 7 === 3 && calls < 30 ? Promise.reject(new StoreUnavailable('busy')) : store.append(...args),
      }),
    });
    const text = Array.from({ length: 50 }, (_, at) => `CODE-${at % 48}\n`).join('');
    expect(await load(text, 'b')).toMatchObject({ state: 'CLOSED', rows: 50, accepted: 48, duplicates: 2, rejected: 0 });
  });
});

describe('problems of a run', () => {
  it('are kept up to a limit and counted beyond it', async () => {
    await open();
    const list = new ProblemList();
    const reason: DuplicateReason = 'DUPLICATE_IN_FILE';
    for (let row = 1; row <= 2_500; row += 500) list.add(Array.from({ length: 500 }, (_, at) => ({ row: row + at, reason })));
    expect(list.kept).toHaveLength(1_000);
    expect(list.counts).toEqual({ DUPLICATE_IN_FILE: 2_500 });
  });

  it('within a file are found among many codes', async () => {
    await open();
    const set = new FingerprintSet();
    const fingerprints = Array.from({ length: 20_000 }, (_, at) => shop.keyring.fingerprint(`CODE-${at}`, 'card'));
    expect(fingerprints.every((fingerprint) => set.add(fingerprint))).toBe(true);
    expect(fingerprints.some((fingerprint) => set.add(fingerprint))).toBe(false);
    expect(set.isFull).toBe(false);
  });
});
