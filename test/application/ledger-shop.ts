import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregates } from '../../src/application/aggregates';
import type { Caller } from '../../src/application/caller';
import { SettingDesk } from '../../src/application/commands/setting-desk';
import { LedgerDesk } from '../../src/application/commands/ledger-desk';
import { CommandHandling } from '../../src/application/handle-command';
import type { EventStore } from '../../src/application/ports/event-store';
import { runProjections } from '../../src/application/run-projections';
import { StoreClock } from '../../src/application/store-clock';
import type { Instant } from '../../src/domain/kernel/time';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { createKeyring } from '../../src/infrastructure/keyring/create-keyring';
import { openKeyring } from '../../src/infrastructure/keyring/file-keyring';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore } from '../../src/infrastructure/sqlite/event-store';
import { openSqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { projections } from '../../src/projections';
import { callerAs } from './commands-shop';

/** Store time as the test says it is. */
class SetClock extends StoreClock {
  at: Instant = Date.parse('2026-11-21T08:00:00Z');
  override now(): Instant {
    return this.at;
  }
}

export const finance: Caller = callerAs('FINANCE');
export const CNY = (amountMinor: number) => ({ amountMinor, currency: 'CNY' });

/** The books of a shop on real files, with a projector and a clock that the test sets. `around` wraps the store, to inject faults. */
export async function openLedgerShop({ timeZone = 'Asia/Shanghai', around = (store: EventStore): EventStore => store } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cardrail-ledger-'));
  const runtime = new SystemRuntime();
  const sqlite = await openSqliteEventStore({ file: join(folder, 'events.db'), runtime });
  const store = around(sqlite);
  createKeyring(join(folder, 'keyring.json'), { development: true });
  const keyring = openKeyring(join(folder, 'keyring.json'), { allowDevelopment: true });
  const codec = createCodec(codecCatalog);
  const clock = new SetClock(runtime);
  const commands = new CommandHandling(store, codec, clock, runtime);
  const readModels = openSqliteReadModels({ file: join(folder, 'read-models.db'), onSetAside: () => undefined });
  await readModels.prepare(projections.map(({ name, version, indexes }) => ({ name, version, indexes })));
  const stop = new AbortController();
  const projecting = runProjections({ store: sqlite, readModels, projections, codec, runtime, signal: stop.signal });
  const setting = new SettingDesk(commands, keyring);
  const desk = new LedgerDesk({ commands, setting, store: sqlite, readModels, waiter: projecting, timeZone });
  const context = (commandId: string = randomUUID()) =>
    ({ commandId, correlationId: 'test', causationId: 'test', actor: { kind: 'CLI', id: 'test' } }) as const;
  return {
    folder,
    runtime,
    store: sqlite,
    keyring,
    codec,
    clock,
    commands,
    readModels,
    projecting,
    setting,
    desk,
    context,
    /** Money that a person books at a time of the shop's clock: a fee of one gateway. */
    async fee(at: string, amountMinor: number, document: string = randomUUID()): Promise<void> {
      clock.at = Date.parse(at);
      const command = { type: 'BookMoney', kind: 'GATEWAY_FEE', party: 'main', amount: CNY(amountMinor), document } as const;
      await commands.handle(aggregates.voucher, document, command, context());
    },
    async close(): Promise<void> {
      stop.abort();
      await projecting.done;
      await readModels.close();
      await sqlite.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type LedgerShop = Awaited<ReturnType<typeof openLedgerShop>>;
