import { join } from 'node:path';
import { CHECKPOINT_STREAM, makeCheckpoint } from '../../src/application/audit/make-checkpoint';
import { CloseDay } from '../../src/application/commands/close-day';
import { closeDays } from '../../src/application/daily/close-days';
import { type DailyTask, runDailyTasks } from '../../src/application/daily/run-daily-tasks';
import { signCheckpoints } from '../../src/application/daily/sign-checkpoints';
import { BookMoved } from '../../src/application/ports/head-book';
import { upToEnd } from '../../src/application/up-to-end';
import { openAuditSigner } from '../../src/infrastructure/keyring/audit-signer';
import { openHeadBook } from '../../src/infrastructure/sqlite/head-book';
import { type LedgerShop, openLedgerShop } from './ledger-shop';

const policy = { timeZone: 'Asia/Shanghai', afterMs: 3_600_000 };
const at = (text: string): number => Date.parse(`${text}+08:00`);

describe('the work of each day', () => {
  let shop: LedgerShop;
  beforeEach(async () => (shop = await openLedgerShop()));
  afterEach(() => shop.close());

  const firstEventAt = () => Promise.resolve(at('2026-11-21T09:00:00'));
  const closing = (): DailyTask => {
    const close = async (...[caller, day, idempotencyKey]: Parameters<Parameters<typeof closeDays>[0]['close']>) => {
      const result = await shop.desk.close(CloseDay, caller, { day, idempotencyKey, reason: 'the day is over' });
      return result.ok ? null : result.refusal.code;
    };
    return closeDays({ commands: shop.commands, close, policy, firstEventAt });
  };
  const signing = (): DailyTask => {
    const sign = async (): Promise<boolean> => {
      const book = openHeadBook(join(shop.folder, 'audit.db'));
      try {
        const log = { after: (position: string | null) => upToEnd(shop.store, position) };
        const { commands, codec, clock } = shop;
        return (
          await makeCheckpoint({ log, codec, commands, book, signer: openAuditSigner(join(shop.folder, 'keyring.json')), now: () => clock.now() })
        ).isNew;
      } finally {
        book.close();
      }
    };
    return signCheckpoints({ commands: shop.commands, sign, policy, firstEventAt });
  };
  const run = (task: DailyTask, time: string): Promise<number> => {
    shop.clock.at = at(time);
    return task.run(shop.clock.at);
  };
  const closed = async (): Promise<readonly string[]> =>
    (await shop.store.read('ledger-shop')).flatMap(({ type, data }) => (type === 'DayClosed' ? [(data as { day: string }).day] : []));

  it('closes yesterday when it is due, not before, and not again', async () => {
    await shop.fee('2026-11-21T02:00:00Z', 100);
    expect(await run(closing(), '2026-11-22T00:30:00')).toBe(0);
    expect(await run(closing(), '2026-11-22T01:00:00')).toBe(1);
    expect(await run(closing(), '2026-11-22T23:00:00')).toBe(0);
    expect(await closed()).toEqual(['2026-11-21']);
    const [ordered] = await shop.store.read('ledger-shop');
    expect(ordered?.metadata).toMatchObject({ actor: { kind: 'ENGINE', id: 'daily' }, reason: 'the day is over' });
  });

  it('closes every day that was missed, in order, and each once when two are at it', async () => {
    await shop.fee('2026-11-21T02:00:00Z', 100);
    await run(closing(), '2026-11-22T02:00:00');
    await shop.fee('2026-11-23T02:00:00Z', 200);
    shop.clock.at = at('2026-11-26T02:00:00');
    await Promise.allSettled([closing().run(shop.clock.at), closing().run(shop.clock.at)]);
    await run(closing(), '2026-11-26T02:00:00');
    expect(await closed()).toEqual(['2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25']);
  });

  it('goes on with a close that somebody began and did not end', async () => {
    await shop.fee('2026-11-21T02:00:00Z', 100);
    shop.clock.at = at('2026-11-22T00:10:00');
    const { aggregates } = await import('../../src/application/aggregates');
    const order = { type: 'OrderClose', day: '2026-11-21', timeZone: 'Asia/Shanghai', endsAt: at('2026-11-22T00:00:00'), at: shop.clock.at } as const;
    await shop.commands.handle(aggregates.closing, 'shop', order, shop.context());
    expect(await run(closing(), '2026-11-22T00:20:00')).toBe(1);
    expect(await closed()).toEqual(['2026-11-21']);
  });

  it('says why a day cannot be closed, and leaves it open', async () => {
    const task = closeDays({ commands: shop.commands, close: async () => 'LEDGER_INCOMPLETE', policy, firstEventAt });
    await expect(task.run(at('2026-11-22T02:00:00'))).rejects.toThrow('day 2026-11-21 of the ledger is not closed: LEDGER_INCOMPLETE');
    expect(await closed()).toEqual([]);
  });

  it('signs one checkpoint for each day on which something was stored, and one for many that were missed', async () => {
    const task = signing();
    const numbers = async (): Promise<number> => (await shop.store.read(CHECKPOINT_STREAM)).length;
    await shop.fee('2026-11-21T02:00:00Z', 100);
    expect(await run(task, '2026-11-21T23:00:00')).toBe(0);
    expect(await run(task, '2026-11-22T01:00:00')).toBe(1);
    expect(await run(signing(), '2026-11-22T01:01:00')).toBe(0);
    expect(await run(task, '2026-11-23T05:00:00')).toBe(0);
    await shop.fee('2026-11-24T02:00:00Z', 100);
    expect(await run(task, '2026-11-28T05:00:00')).toBe(1);
    expect(await run(signing(), '2026-11-28T05:01:00')).toBe(0);
    expect(await numbers()).toBe(2);
  });

  it('does one task also when the other cannot be done, and tries that again', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    let fails = 2;
    const failing: DailyTask = { name: 'checkpoint', run: async () => (fails-- > 0 ? Promise.reject(new Error('no key')) : 1) };
    const working: DailyTask = { name: 'day_close', run: async () => 1 };
    const runtime = {
      ...shop.runtime,
      sleep: async () => void (told.length > 8 ? stop.abort() : await new Promise((resolve) => setImmediate(resolve))),
    };
    await runDailyTasks(
      {
        tasks: [failing, working],
        clock: shop.clock,
        runtime: runtime as unknown as typeof shop.runtime,
        onDone: (name) => void told.push(`${name} done`),
        onFailed: (name) => void told.push(`${name} failed`),
      },
      stop.signal,
    );
    expect(told.filter((line) => line === 'checkpoint failed')).toHaveLength(2);
    expect(told).toContain('checkpoint done');
    expect(told.indexOf('day_close done')).toBeLessThan(told.indexOf('checkpoint done'));
  });

  it('a book into which two read takes from one of them, and the other hears of it', () => {
    const file = join(shop.folder, 'both.db');
    const [one, other] = [openHeadBook(file), openHeadBook(file)];
    const head = { stream: 'order-1', revision: 0, hash: 'a'.repeat(64) };
    one.write([head], { position: '0000000000000001', events: 1 });
    expect(() => other.write([{ ...head, hash: 'b'.repeat(64) }], { position: '0000000000000001', events: 1 })).toThrow(BookMoved);
    expect(other.place().events).toBe(1);
    other.write([], { position: '0000000000000002', events: 2 });
    expect(one.head('order-1')?.hash).toBe(head.hash);
    one.close();
    other.close();
  });
});
