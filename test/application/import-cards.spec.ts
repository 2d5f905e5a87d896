import { Readable } from 'node:stream';
import { ImportCards, ImportCardsHandler } from '../../src/application/commands/import-cards';
import { contentHashOf } from '../../src/application/import-cards/content-hash';
import { importCardsFromStream, type ImportOptions, type ImportResult } from '../../src/application/import-cards/import-cards';
import { RECORD_CHARACTERS_MAX } from '../../src/application/import-cards/records';
import { CHUNK_ROWS, rowsOf, type ImportRow } from '../../src/application/import-cards/rows';
import { shapeOf, type ShapeWish } from '../../src/application/import-cards/shape';
import { cardContext } from '../../src/application/card-text';
import { canonicalJson } from '../../src/domain/kernel/hash';
import { cardIdFor } from '../../src/domain/kernel/ids';
import type { Sealed } from '../../src/domain/kernel/sealed';
import { callerAs, freshKey, openShop, type ShopOptions, type TestShop } from './commands-shop';

const cut = (text: string | Buffer, size: number): Iterable<Buffer> => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
};
const bytesOf = (text: string | Buffer, size = 7): Readable => Readable.from(cut(text, size));
const rows = async (text: string | Buffer, format: ShapeWish['format'], size?: number): Promise<readonly ImportRow[]> => {
  const all: ImportRow[] = [];
  for await (const chunk of rowsOf(bytesOf(text, size), shapeOf(Buffer.from(text), { format }))) all.push(...chunk);
  return all;
};
const TXT = shapeOf(Buffer.from(''), { format: 'txt' });
const card = (row: number, code: string, fields?: object): object => ({ row, card: { code, ...(fields && { fields }) } });

describe('a file of codes', () => {
  it.each([1, 2, 3, 1_000])('is read the same however it arrives, in pieces of %i bytes', async (size) => {
    const text = '\uFEFFAAA-1\r\n  BBB-2  \r\n\r\n充值-3\nCCC%0ADDD\nlast';
    expect(await rows(text, 'txt', size)).toEqual([card(1, 'AAA-1'), card(2, 'BBB-2'), card(4, '充值-3'), card(5, 'CCC\nDDD'), card(6, 'last')]);
  });

  it('as CSV takes quotes, line breaks within them, and other columns as fields', async () => {
    const text = 'Code,pin,expiresAt\n"A,1",7,\n  "B ""2""\nC" , 8,2030-01-01T00:00:00Z\n D ,,\nE"E,,\n';
    expect(await rows(text, 'csv', 3)).toEqual([
      card(2, 'A,1', { pin: '7' }),
      { row: 3, card: { code: 'B "2"\nC', fields: { pin: '8' }, expiresAt: '2030-01-01T00:00:00.000Z' } },
      card(4, 'D'),
      card(5, 'E"E'),
    ]);
  });

  it('without a header has one column', async () => {
    expect(await rows('A\nB,extra\nC', 'csv')).toEqual([card(1, 'A'), { row: 2, reason: 'TOO_MANY_COLUMNS' }, card(3, 'C')]);
  });

  it.each([
    ['a line that is too long', 'txt', `A\n${'x'.repeat(RECORD_CHARACTERS_MAX + 1)}\nB`, 'LINE_TOO_LONG'],
    ['a code that is too long', 'txt', `A\n${'x'.repeat(4_097)}\nB`, 'CODE_TOO_LONG'],
    ['control characters', 'txt', 'A\n\u0000\u0007x\nB', 'BAD_CHARACTER'],
    ['bytes that are no text', 'txt', Buffer.from([0x41, 0x0a, 0xff, 0xfe, 0x0a, 0x42]), 'BAD_ENCODING'],
    ['a quote that stands wrong', 'csv', 'A\n"x"y\nB', 'MALFORMED_CSV'],
    ['an empty code', 'csv', 'code,pin\n,7\nB', 'EMPTY_CODE'],
  ] as const)('rejects %s by its row, and goes on behind it', async (_what, format, text, reason) => {
    const read = await rows(text, format, 4_096);
    expect(read).toContainEqual({ row: 2, reason });
    expect(read.at(-1)).toEqual(card(3, 'B'));
  });

  it('with a quote that nobody closes loses one record, not the rest', async () => {
    const open = `"never closed\n${'filler\n'.repeat(RECORD_CHARACTERS_MAX / 7 + 10)}LAST`;
    const read = await rows(open, 'csv', 4_096);
    expect(read[0]).toEqual({ row: 1, reason: 'LINE_TOO_LONG' });
    expect(read.at(-1)).toMatchObject({ card: { code: 'LAST' } });
  });
});

describe('an import', () => {
  let shop: TestShop;
  const open = async (options?: ShopOptions): Promise<void> => {
    shop = await openShop(options);
  };
  afterEach(() => shop.close());

  const options = (changes: Partial<ImportOptions> = {}): ImportOptions => ({
    skuId: 'steam-50',
    batchId: 'batch-1',
    source: 'codes.txt',
    reason: 'delivery of today',
    actor: { kind: 'OPS', id: 'ops' },
    causationId: 'test',
    ...changes,
  });
  const importText = async (text: string, changes: Partial<ImportOptions> = {}): Promise<ImportResult> => {
    const contentHash = await contentHashOf(shop.keyring, bytesOf(text, 4_096), TXT);
    return importCardsFromStream(shop.importKit, bytesOf(text, 4_096), { ...options({ contentHash, ...changes }), shape: TXT });
  };
  const countsOf = (result: ImportResult): object => {
    if (!result.ok) throw new Error(result.refusal.code);
    const { accepted, duplicates, rejected, state } = result.batch;
    return { accepted, duplicates, rejected, state };
  };

  it('seals each code under its card and SKU and keeps every code out of the log and the report', async () => {
    await open();
    const result = await importText('SECRET-1\nSECRET-2\nSECRET-1\n');
    expect(countsOf(result)).toEqual({ accepted: 2, duplicates: 1, rejected: 0, state: 'CLOSED' });
    const cardId = cardIdFor('steam-50', shop.keyring.fingerprint('SECRET-1', 'card'));
    const events = [...(await shop.store.read(`card-${cardId}`)), ...(await shop.store.read('batch-batch-1'))];
    expect(canonicalJson([events, result])).not.toMatch(/SECRET-\d/);
    const { sealed } = events[0]?.data as { sealed: Sealed };
    expect(shop.keyring.open(sealed, cardContext(cardId, 'steam-50'))).toBe('{"code":"SECRET-1"}');
    expect(events[0]?.metadata).toMatchObject({ reason: 'delivery of today', actor: { kind: 'OPS' } });
  });

  it('of the same file changes nothing, under its batch or another one', async () => {
    await open();
    await importText('A\nB\n');
    const head = await shop.store.head();
    expect(await importText('A\nB\n')).toMatchObject({ ok: true, replayed: true, batch: { accepted: 2, duplicates: 0 } });
    expect(await shop.store.head()).toBe(head);
    expect(countsOf(await importText('A\nB\n', { batchId: 'batch-2' }))).toEqual({ accepted: 0, duplicates: 2, rejected: 0, state: 'CLOSED' });
  });

  it('of another file or SKU under a used batch is refused', async () => {
    await open();
    await shop.configureSku({}, 'other');
    await importText('A\n');
    expect(await importText('B\n')).toMatchObject({ ok: false, refusal: { code: 'BATCH_OF_OTHER_CONTENT' } });
    expect(await importText('A\n', { skuId: 'other' })).toMatchObject({ ok: false, refusal: { code: 'BATCH_OF_OTHER_SKU' } });
    expect(await importText('A\n', { skuId: 'nothing', batchId: 'batch-3' })).toMatchObject({ ok: false, refusal: { code: 'SKU_NOT_FOUND' } });
  });

  it('of a reusable SKU stocks the same code once per row', async () => {
    await open();
    await shop.configureSku({ reusable: true });
    expect(countsOf(await importText('SAME\nSAME\nSAME\n'))).toEqual({ accepted: 3, duplicates: 0, rejected: 0, state: 'CLOSED' });
  });

  it.each([true, false])('that died half-way goes on and counts each row once (content known: %s)', async (isKnown) => {
    let appendsLeft = 7_000;
    await open({
      around: (store) => ({
        read: (...args) => store.read(...args),
        subscribe: (...args) => store.subscribe(...args),
        head: () => store.head(),
        append: (...args) => (appendsLeft-- > 0 ? store.append(...args) : Promise.reject(new Error('the process died here'))),
      }),
    });
    const codes = Array.from({ length: 9_000 }, (_, at) => `CODE-${at % 8_900}`);
    const text = `${codes.join('\n')}\n\u0007bad\n`;
    const run = () => (isKnown ? importText(text) : importCardsFromStream(shop.importKit, bytesOf(text, 65_536), { ...options(), shape: TXT }));
    await expect(run()).rejects.toThrow('died');
    appendsLeft = Infinity;
    expect(countsOf(await run())).toEqual({ accepted: 8_900, duplicates: 100, rejected: 1, state: 'CLOSED' });
    const batch = (await shop.store.read('batch-batch-1')).at(-1);
    expect(batch).toMatchObject({ type: 'BatchClosed', data: { rows: 9_001, accepted: 8_900, duplicates: 100, rejected: 1 } });
  });

  it('tells its progress, and holds no more of a large file than a few chunks', async () => {
    await open();
    let [read, done, aheadMost] = [0, 0, 0];
    function* endless(): Generator<Buffer> {
      for (; read < 20_000; read += 100) yield Buffer.from(Array.from({ length: 100 }, (_, at) => `C-${read + at}\n`).join(''));
    }
    const result = await importCardsFromStream(
      shop.importKit,
      Readable.from(endless(), { highWaterMark: 1 }),
      { ...options(), shape: TXT },
      ({ rows: seen }) => {
        done = seen;
        aheadMost = Math.max(aheadMost, read - done);
      },
    );
    expect(countsOf(result)).toMatchObject({ accepted: 20_000 });
    expect(done).toBe(20_000);
    expect(aheadMost).toBeLessThan(3 * CHUNK_ROWS);
  });

  it('by one call answers when all are stored; its repeat answers the same and another input under its key is refused', async () => {
    await open();
    const input = {
      idempotencyKey: freshKey(),
      reason: 'delivery',
      skuId: 'steam-50',
      batch: 'today',
      cards: [{ code: 'A' }, { code: ' A ' }, { code: '' }, { code: 'B', fields: [{ name: 'pin', value: '7' }] }],
    };
    const call = (changes: object = {}) => new ImportCardsHandler(shop.importKit).execute(new ImportCards(callerAs('OPS'), { ...input, ...changes }));
    const first = await call();
    expect(first).toMatchObject({
      ok: true,
      replayed: false,
      batch: { accepted: 2, duplicates: 1, rejected: 1, state: 'CLOSED', problems: expect.arrayContaining([{ row: 3, reason: 'EMPTY_CODE' }]) },
    });
    expect(await call()).toMatchObject({ ok: true, replayed: true, batch: { accepted: 2, duplicates: 1, rejected: 1 } });
    expect(await call({ batch: 'tomorrow' })).toMatchObject({ ok: false, refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });
});
