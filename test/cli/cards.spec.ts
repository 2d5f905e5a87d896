import Database from 'better-sqlite3';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf } from '../support/verbs';
import { codes, Terminal } from './terminal';

interface Batch {
  readonly batchId: string;
  readonly state: string;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly replayed: boolean;
  readonly problems: readonly { readonly row: number; readonly reason: string }[];
}

describe('cardrail cards', () => {
  const terminal = new Terminal();
  const load = (file: string, ...flags: readonly string[]): Promise<Batch> =>
    terminal.json<Batch>(['cards', 'import', file, '--sku', 'game', '--yes', '--reason', 'test', ...flags]);
  const available = async (): Promise<number | undefined> =>
    (await terminal.json<{ skuId: string; available: number }[]>(['cards', 'stats'])).find(({ skuId }) => skuId === 'game')?.available;

  beforeAll(() => terminal.openShop());
  afterAll(() => terminal.leave());

  it('a text file is one code per line, and the same file twice changes nothing', async () => {
    const file = terminal.file('one.txt', codes(40).join('\r\n'));
    expect(await load(file)).toMatchObject({ state: 'CLOSED', rows: 40, accepted: 40, replayed: false });
    expect(await load(file)).toMatchObject({ rows: 40, accepted: 40, replayed: true });
    expect(await available()).toBe(40);
  });

  it('csv: bad rows are reported by row and never quoted; a code that is known is a duplicate', async () => {
    const [first, second] = codes(2);
    const file = terminal.file('two.csv', `code,expiresAt\n${first},\n,2030-01-01T00:00:00Z\n${second},some day\n${first},\n`);
    const { code, stdout, stderr } = await terminal.run(['cards', 'import', file, '--sku', 'game', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, duplicates: 1, rejected: 2 });
    expect(stderr).toMatch(/row 3: EMPTY_CODE[^]*row 4: BAD_EXPIRY/);
    for (const secret of [first, second]) expect(stdout + stderr).not.toContain(secret);
  });

  it('a preview says the same and stores nothing; columns, encoding and delimiter are found out or told', async () => {
    const [first = '', second = ''] = codes(2);
    const before = await available();
    const file = join(terminal.folder, 'three.csv');
    writeFileSync(file, `\uFEFF卡密;有效期;密码\r\n${first};2999-12-31;7\r\n${first};;\r\n${second};2001-01-01;\r\n`, 'utf16le');
    const flags = ['cards', 'import', file, '--sku', 'game', '--preview'];
    const seen = await terminal.run(flags);
    expect(seen).toMatchObject({ code: 0 });
    expect(seen.stdout).toContain('read as utf-16le, cells by ";": code, expiresAt, 密码, first row is a heading');
    expect(seen.stdout).toContain('3 rows, 1 accepted, 1 duplicates, 1 rejected');
    expect(seen.stderr).toMatch(/row 3: DUPLICATE_IN_FILE \(code [\w-]{12}\)[^]*row 4: EXPIRED/);
    for (const secret of [first, second]) expect(seen.stdout + seen.stderr).not.toContain(secret);
    const spoken = await terminal.run([...flags, '--locale', 'zh-CN']);
    expect(spoken.stderr).toMatch(/row 3: DUPLICATE_IN_FILE \(code [\w-]{12}\): 前面的行已有相同的卡密[^]*row 4: EXPIRED.*: 已过期/);
    expect(await available()).toBe(before);
    expect(await load(file, '--supplier', 'ACME', '--cost', '46.50')).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1, replayed: false });
    expect(await terminal.json<object>([...flags])).toMatchObject({ state: 'CLOSED', accepted: 1 });
    const [newest] = await terminal.json<object[]>(['cards', 'stats', '--batches']);
    const cost = { amountMinor: 4_650, currency: 'CNY' };
    expect(newest).toMatchObject({ source: 'three.csv', supplier: 'ACME', cost, accepted: 1, available: 1, taken: 0, state: 'CLOSED' });
  });

  it.each([
    [['--columns', 'number,pin'], /--columns has to name/],
    [['--delimiter', '"'], /--delimiter has to be/],
    [['--cost', 'much'], /--cost has to be/],
    [['--expires', 'soon'], /--expires has to be/],
    [['--utc-offset', 'Shanghai'], /--utc-offset has to be/],
    [['--supplier', ' '], /--supplier has to be/],
    [['--encoding', 'ebcdic'], /encoding/],
  ])('%j makes no sense and changes nothing', async (flags, why) => {
    const { code, stderr } = await terminal.run(['cards', 'import', terminal.file('y.txt', 'A'), '--sku', 'game', ...flags]);
    expect({ code, says: why.test(stderr) }).toEqual({ code: 2, says: true });
  });

  it('Ctrl-C stops an import where it is, and the same command goes on from there', async () => {
    const before = (await available()) ?? 0;
    const file = terminal.file('stopped.txt', codes(15_000).join('\n'));
    const child = terminal.start(['cards', 'import', file, '--sku', 'game', '--json']);
    const gone = resultOf(child);
    const events = lastPosition(join(terminal.data, 'events.db'));
    await stored(join(terminal.data, 'events.db'), events + 2_500);
    child.kill('SIGINT');
    const { code, stdout } = await gone;
    const part = JSON.parse(stdout) as Batch;
    expect({ code, state: part.state }).toEqual({ code: 1, state: 'OPEN' });
    expect(part.rows).toBeLessThan(15_000);
    expect(await load(file)).toMatchObject({
      batchId: part.batchId,
      state: 'CLOSED',
      rows: 15_000,
      accepted: 15_000,
      duplicates: 0,
      replayed: false,
    });
    expect(await available()).toBe(before + 15_000);
  }, 300_000);

  it('a named batch takes one file only', async () => {
    await load(terminal.file('monday.txt', codes(3).join('\n')), '--batch', 'monday');
    const other = await terminal.run([
      'cards',
      'import',
      terminal.file('tuesday.txt', codes(3).join('\n')),
      '--sku',
      'game',
      '--batch',
      'monday',
      '--locale',
      'zh-CN',
    ]);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain('BATCH_OF_OTHER_CONTENT: 该批次');
  });

  it('cards of a product that is not there are refused', async () => {
    const { code, stderr } = await terminal.run(['cards', 'import', terminal.file('x.txt', 'A'), '--sku', 'nothing']);
    expect(code).toBe(3);
    expect(stderr).toContain('SKU_NOT_FOUND');
  });

  it('an import that was killed goes on where it was, and no card is lost or doubled', async () => {
    const before = (await available()) ?? 0;
    const file = terminal.file('many.txt', codes(7_000).join('\n'));
    const child = terminal.start(['cards', 'import', file, '--sku', 'game']);
    const gone = resultOf(child);
    const events = lastPosition(join(terminal.data, 'events.db'));
    await stored(join(terminal.data, 'events.db'), events + 5_600);
    child.kill('SIGKILL');
    await gone;
    expect(await load(file)).toMatchObject({ state: 'CLOSED', rows: 7_000, rejected: 0, replayed: false });
    expect(await available()).toBe(before + 7_000);
    expect((await terminal.run(['verify'])).code).toBe(0);
  }, 300_000);
});

function lastPosition(file: string): number {
  if (!existsSync(file)) return 0;
  const db = new Database(file, { readonly: true });
  const last = db.prepare('SELECT max(position) FROM events').pluck().get() as number | null;
  db.close();
  return last ?? 0;
}

/** Until the log holds so many events. */
async function stored(file: string, events: number): Promise<void> {
  for (;;) {
    if (lastPosition(file) >= events) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
