import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregates } from '../../src/application/aggregates';
import { makeCheckpoint } from '../../src/application/audit/make-checkpoint';
import { dailyState } from '../../src/application/daily/daily-state';
import { CommandHandling } from '../../src/application/handle-command';
import { StoreClock } from '../../src/application/store-clock';
import { upToEnd } from '../../src/application/up-to-end';
import { readConfig } from '../../src/config';
import { dailyTasks } from '../../src/daily-tasks';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { openAuditSigner } from '../../src/infrastructure/keyring/audit-signer';
import { createKeyring } from '../../src/infrastructure/keyring/create-keyring';
import { createLogger } from '../../src/infrastructure/observability/logger';
import { openHeadBook } from '../../src/infrastructure/sqlite/head-book';
import { openParts, type Parts } from '../../src/parts';
import { projections } from '../../src/projections';
import { projector } from '../../src/runners';
import { openLedgerShop } from './ledger-shop';

const DAY_MS = 86_400_000;

/** A shop that stored something so long ago and was down since. */
class PastClock extends StoreClock {
  override now(): number {
    return Date.now() - 3 * DAY_MS;
  }
}

describe('a shop that comes back after some days', () => {
  let folder: string;
  let parts: Parts;
  const stop = new AbortController();
  const running: Promise<unknown>[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardrail-daily-'));
    createKeyring(join(folder, 'keyring.json'), { development: true });
    const environment = { CARDRAIL_ENV: 'test', CARDRAIL_DATA_DIR: folder, CARDRAIL_DAILY_AFTER_MINUTES: '0' };
    parts = await openParts(readConfig(environment), createLogger({ level: 'silent' }));
    await parts.readModels.prepare(projections.map(({ name, version, indexes }) => ({ name, version, indexes })));
    const past = new CommandHandling(parts.store, parts.codec, new PastClock(parts.runtime), parts.runtime);
    const fee = {
      type: 'BookMoney',
      kind: 'GATEWAY_FEE',
      party: 'main',
      amount: { amountMinor: 100, currency: 'CNY' },
      document: 'paper-1',
    } as const;
    const context = { commandId: 'fee', correlationId: 'test', causationId: 'test', actor: { kind: 'CLI', id: 'test' } } as const;
    await past.handle(aggregates.voucher, 'paper-1', fee, context);
    const projecting = projector(parts, stop.signal);
    running.push(projecting.done, dailyTasks(parts, projecting, stop.signal));
  });
  afterAll(async () => {
    stop.abort();
    await Promise.allSettled(running);
    await parts.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('closes the days that are over and signs a checkpoint, and says so in its metrics', async () => {
    const isDone = (page: string, task: string): boolean => page.includes(`daily_tasks_done_total{task="${task}",process="main"} 1`);
    let text = '';
    while (!isDone(text, 'checkpoint') || !isDone(text, 'day_close')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      text = await parts.metrics.text();
    }
    expect(text).toMatch(/daily_task_failing\{task="day_close",process="main"\} 0/);
    const types = async (stream: string): Promise<readonly string[]> => (await parts.store.read(stream)).map(({ type }) => type);
    expect(await types('ledger-shop')).toEqual(['DayCloseOrdered', 'DayClosed']);
    expect(await types('audit-checkpoints')).toEqual(['AuditCheckpointSigned']);
  });
});

describe('how the work of each day stands', () => {
  const policy = { timeZone: 'UTC', afterMs: 0 };
  it('is read from the log: due from the end of a day, overdue a day later, and never on a shop that is quiet since it signed', async () => {
    const shop = await openLedgerShop({ timeZone: 'UTC' });
    const log = {
      read: shop.store.read.bind(shop.store),
      after: (position: string | null) => upToEnd(shop.store, position),
      newest: async () => {
        const all: StoredEvent[] = [];
        for await (const { events } of upToEnd(shop.store, null)) all.push(...events);
        return all.slice(-1);
      },
    };
    const look = async (at: string) => {
      const { checkpoint, dayClose } = await dailyState(log, policy, Date.parse(at));
      return [checkpoint.isDue, checkpoint.isOverdue, dayClose.isDue, dayClose.isOverdue];
    };
    expect(await look('2026-11-23T01:00:00Z')).toEqual([false, false, false, false]);
    await shop.fee('2026-11-21T02:00:00Z', 100);
    expect(await look('2026-11-21T23:59:00Z')).toEqual([false, false, false, false]);
    expect(await look('2026-11-22T00:00:00Z')).toEqual([true, false, true, false]);
    expect(await look('2026-11-23T00:00:00Z')).toEqual([true, true, true, true]);
    const book = openHeadBook(join(shop.folder, 'audit.db'));
    const signer = openAuditSigner(join(shop.folder, 'keyring.json'));
    await makeCheckpoint({ log, codec: shop.codec, commands: shop.commands, book, signer, now: () => shop.clock.now() });
    book.close();
    expect(await look('2026-11-25T00:00:00Z')).toEqual([false, false, true, true]);
    await shop.close();
  });
});
