import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Terminal } from '../cli/terminal';
import { resultOf } from '../support/verbs';

const IS_BIG = process.env['CARDRAIL_TEST_BIG'] === '1';
const PREVIEW_ROWS = IS_BIG ? 10_000_000 : 50_000;
const IMPORT_ROWS = Number(process.env['CARDRAIL_TEST_IMPORT_ROWS'] ?? (IS_BIG ? 10_000_000 : 10_000));
const RSS_KIB_MAX = 300 * 1_024;
const LINE_BYTES = 100 * 1_024 * 1_024;

describe('an import of any size', () => {
  const terminal = new Terminal();
  beforeAll(() => terminal.openShop());
  afterAll(() => terminal.leave());

  if (!IS_BIG) console.info(`files of 10,000,000 rows are not made here, but of ${PREVIEW_ROWS}: set CARDRAIL_TEST_BIG=1`);

  /** What the process held at most, in KiB, by the account of Linux; 0 elsewhere. */
  async function mostHeld(
    args: readonly string[],
  ): Promise<{ readonly kib: number; readonly seconds: number; readonly printed: Record<string, unknown> }> {
    const startedMs = performance.now();
    const child = terminal.start([...args, '--json']);
    let kib = 0;
    const account = `/proc/${child.pid}/status`;
    const looking = setInterval(() => {
      if (existsSync(account)) kib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(account, 'utf8'))?.[1] ?? kib);
    }, 50);
    const { code, stdout, stderr } = await resultOf(child);
    clearInterval(looking);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
    return { kib, seconds: Math.max(1, Math.round((performance.now() - startedMs) / 1_000)), printed: JSON.parse(stdout) as Record<string, unknown> };
  }

  function fileOf(name: string, rows: number): string {
    const file = terminal.file(name, '');
    for (let from = 0; from < rows; from += 10_000) {
      const codes = Array.from({ length: Math.min(10_000, rows - from) }, (_, at) =>
        createHash('md5')
          .update(`${name} ${from + at}`)
          .digest('hex'),
      );
      appendFileSync(file, `${codes.join('\n')}\n`);
    }
    return file;
  }

  it('previews within 300 MB', async () => {
    const { kib, seconds, printed } = await mostHeld(['cards', 'import', fileOf('preview.txt', PREVIEW_ROWS), '--sku', 'game', '--preview']);
    console.info(`preview of ${PREVIEW_ROWS} rows: at most ${Math.round(kib / 1_024)} MB, ${Math.round(PREVIEW_ROWS / seconds)} rows/s`);
    expect(printed).toMatchObject({ rows: PREVIEW_ROWS, accepted: PREVIEW_ROWS, duplicates: 0, rejected: 0, comparedAll: true });
    expect(kib).toBeLessThan(RSS_KIB_MAX);
  }, 7_200_000);

  it('imports within 300 MB, and the same file again without a single event', async () => {
    const file = fileOf('import.txt', IMPORT_ROWS);
    const first = await mostHeld(['cards', 'import', file, '--sku', 'game']);
    console.info(`import of ${IMPORT_ROWS} rows: at most ${Math.round(first.kib / 1_024)} MB, ${Math.round(IMPORT_ROWS / first.seconds)} rows/s`);
    expect(first.printed).toMatchObject({ rows: IMPORT_ROWS, accepted: IMPORT_ROWS });
    expect(first.kib).toBeLessThan(RSS_KIB_MAX);
    const size = statSync(join(terminal.data, 'events.db')).size;
    expect((await mostHeld(['cards', 'import', file, '--sku', 'game'])).printed).toMatchObject({ replayed: true, accepted: IMPORT_ROWS });
    expect(statSync(join(terminal.data, 'events.db')).size).toBe(size);
  }, 7_200_000);

  it('refuses one line of 100 MB by its row within 300 MB, and takes what follows', async () => {
    const file = terminal.file('line.csv', 'code\n"');
    for (let bytes = 0; bytes < LINE_BYTES; bytes += 1_048_576) appendFileSync(file, 'x'.repeat(1_048_576));
    appendFileSync(file, '\nLAST\n');
    const { kib, printed } = await mostHeld(['cards', 'import', file, '--sku', 'game', '--preview']);
    expect(printed).toMatchObject({ rows: 2, accepted: 1, rejected: 1, problems: [{ row: 2, reason: 'LINE_TOO_LONG' }] });
    expect(kib).toBeLessThan(RSS_KIB_MAX);
  });
});
