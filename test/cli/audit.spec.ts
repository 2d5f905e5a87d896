import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LiveShop } from '../support/live-shop';

describe('cardrail audit', () => {
  let shop: LiveShop;
  let file: string;
  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { 'steam-50': {} } });
    await shop.stock('steam-50', 2);
    file = join(shop.folder, 'audit.ndjson');
  }, 120_000);
  afterAll(() => shop.close());

  it('signs beside a running shop, and finds the log as it was signed', async () => {
    await shop.must(['audit', 'export', file]);
    const [head, ...heads] = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(head ?? '')).toMatchObject({ checkpoint: { number: 1, streams: heads.length } });
    const { stdout } = await shop.must(['audit', 'verify', '--against', file, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ checkpoints: 1, violations: [], soundUpTo: { number: 1 } });
    expect(JSON.parse((await shop.must(['audit', 'checkpoint', '--json'])).stdout)).toMatchObject({ isNew: false });
    await shop.stock('steam-50', 1);
    expect(JSON.parse((await shop.must(['audit', 'checkpoint', '--json'])).stdout)).toMatchObject({ isNew: true, checkpoint: { number: 2 } });
  });

  it('names the stream that is not as it was, and says so by its exit code', async () => {
    // The other way around is the same: what the log says and what was signed differ in one head.
    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes('"stream":"card-'));
    const wrong = JSON.parse(lines[at] ?? '') as { stream: string; revision: number };
    lines[at] = JSON.stringify({ ...wrong, revision: wrong.revision + 1 });
    const [head = '', ...rest] = lines;
    const { checkpoint } = JSON.parse(head) as { checkpoint: { root: string } };
    writeFileSync(file, [JSON.stringify({ checkpoint: { ...checkpoint, root: '0'.repeat(64) } }), ...rest].join('\n'));
    const { code, stdout } = await shop.cli(['audit', 'verify', '--against', file]);
    expect(code).toBe(1);
    expect(stdout).toContain(`checkpoint ${wrong.stream}@${wrong.revision + 1} revision: its end was cut off`);
    expect(stdout).toContain('is not what was signed');
  });

  it('writes over no file, and takes no other file for one of its own', async () => {
    expect((await shop.cli(['audit', 'export', file])).code).toBe(2);
    expect((await shop.cli(['audit', 'verify', '--against', join(shop.folder, 'shop.yaml')])).code).toBe(2);
  });
});
