import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codes, resultOf, Terminal } from './terminal';

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
    await stored(join(terminal.data, 'events.db'), 5_600);
    child.kill('SIGKILL');
    await gone;
    expect(await load(file)).toMatchObject({ state: 'CLOSED', rows: 7_000, rejected: 0, replayed: false });
    expect(await available()).toBe(before + 7_000);
    expect((await terminal.run(['verify'])).code).toBe(0);
  }, 300_000);
});

/** Until the log holds so many events. */
async function stored(file: string, events: number): Promise<void> {
  for (;;) {
    if (existsSync(file)) {
      const db = new Database(file, { readonly: true });
      const last = db.prepare('SELECT max(position) FROM events').pluck().get() as number | null;
      db.close();
      if ((last ?? 0) >= events) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
