import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReconciliationReport } from '../../src/application/finance/reconcile';
import { dayAfter, dayAt } from '../../src/domain/closing/day';
import { fromChannel, LiveShop } from '../support/live-shop';
import { expectBooksAgree } from './support/books';
import { BusyBuyers } from './support/busy-buyers';
import { BAD_CHANNEL_DAY, BAD_DAY, pause, seedOf, SHORT_ISOLATION } from './support/busy-shop';
import { reckon } from './support/reckoning';

const POOL_CARDS = 400;
const POOL_COST_MINOR = 3_100;
const WHY = ['--yes', '--reason', 'test'];

/** The shop over real HTTP on a bad day, and the ledgers of the other sides, which know the truth whatever they answered. */
test('after a day of faults the ledger equals the ledgers of the gateway and the channels to the cent', async () => {
  const seed = seedOf('ledger');
  const shop = await LiveShop.start({
    channels: { a: ['replay', 'lookup', 'cancel', 'partialFill'], b: ['replay', 'lookup', 'cancel'] },
    environment: SHORT_ISOLATION,
    skus: {
      pooled: { payWithinSeconds: 6, deliverWithinSeconds: 20 },
      bought: { payWithinSeconds: 6, deliverWithinSeconds: 20, sources: [fromChannel('a'), fromChannel('b')] },
    },
  });
  const json = async <T>(args: readonly string[]): Promise<T> => JSON.parse((await shop.must([...args, '--json'])).stdout) as T;
  try {
    const cards = join(shop.folder, 'cards.txt');
    const stocked = Array.from({ length: POOL_CARDS }, () => `CODE-${randomBytes(12).toString('hex')}`);
    await writeFile(cards, stocked.join('\n'));
    await shop.must(['cards', 'import', cards, '--sku', 'pooled', '--cost', '31.00']);
    await shop.sandbox.faults(BAD_DAY, seed);
    for (const channel of shop.channels.values()) await channel.faults(BAD_CHANNEL_DAY, seed);
    const buyers = new BusyBuyers(shop, ['pooled', 'bought'], seed + 1);
    buyers.start(8, 60);
    await pause(8_000);
    await buyers.stop();
    await shop.sandbox.faults([]);
    for (const channel of shop.channels.values()) await channel.faults([]);
    const { delivered, ended } = await reckon(shop, await buyers.askAgain(), stocked);
    console.info(`${ended} orders, ${delivered} delivered`);
    expect(delivered).toBeGreaterThan(10);

    const day = dayAt(Date.now(), 'UTC');
    const balance = await expectBooksAgree(shop, day);
    const { payments } = await shop.sandbox.ledger();
    for (const [id, channel] of shop.channels) {
      const report = await json<ReconciliationReport>(['finance', 'reconcile', '--channel', id, '--ledger-url', channel.url, ...WHY]);
      expect(report).toMatchObject({ differing: 0, cumulative: true });
    }
    const report = await json<ReconciliationReport>(['finance', 'reconcile', '--gateway', 'main', '--ledger-url', shop.sandbox.url, ...WHY]);
    expect(report).toMatchObject({ differing: 0 });
    expect(report.matched).toBeGreaterThanOrEqual(delivered);
    expect(balance('revenue')).toBe(0 - delivered * 4_800);
    for (const account of ['buyerMoney', 'surplus', 'transit', 'refunds', 'costAtRisk'])
      expect({ [account]: balance(account) }).toEqual({ [account]: 0 });
    // Pool cards are in stock, with an order, or lost; what channels sold too much is stock at what they asked.
    expect(balance('suppliers')).toBe(0 - POOL_CARDS * POOL_COST_MINOR);

    const early = await shop.cli(['finance', 'close', '--day', dayAfter(day), ...WHY]);
    expect(early).toMatchObject({ code: 3 });
    const out = join(shop.folder, 'export');
    interface Manifest {
      readonly files: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[];
    }
    const manifest = await json<Manifest>(['finance', 'export', '--day', day, '--out', out]);
    for (const { name, sha256 } of manifest.files)
      expect(
        createHash('sha256')
          .update(await readFile(join(out, name)))
          .digest('hex'),
      ).toBe(sha256);
    const lines = (await readFile(join(out, `ledger-${day}.ndjson`), 'utf8')).trimEnd().split('\n');
    const postings = lines.map((line) => JSON.parse(line) as { account: string; debitMinor: number; creditMinor: number });
    expect(postings).toHaveLength(manifest.files[0]?.rows ?? 0);
    const exported = postings.reduce((sum, { account, debitMinor, creditMinor }) => sum + (account === 'gateway' ? debitMinor - creditMinor : 0), 0);
    expect(exported).toBe(balance('gateway'));
    const csv = await readFile(join(out, `ledger-${day}.csv`), 'utf8');
    expect(csv.startsWith('\uFEFFday,occurredAt,eventId,line,type,')).toBe(true);
    for (const code of stocked) expect(csv.includes(code)).toBe(false);
    expect(await json(['finance', 'export', '--day', day, '--out', out])).toEqual(manifest);

    // One more capture that nobody told us of is found by the next reconciliation.
    const [settled] = payments.filter(({ capturedMinor, refundedMinor }) => capturedMinor > refundedMinor);
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    expect(await shop.sandbox.pay(settled?.reference ?? '')).toBe(200);
    const after = await json<ReconciliationReport>(['finance', 'reconcile', '--gateway', 'main', '--ledger-url', shop.sandbox.url, ...WHY]);
    expect(after).toMatchObject({ differing: 1 });
  } finally {
    await shop.close();
  }
}, 300_000);
