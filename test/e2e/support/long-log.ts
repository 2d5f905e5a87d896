import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { EventToAppend, StoredEvent } from '../../../src/domain/kernel/event';
import { chainHash, GENESIS_HASH } from '../../../src/domain/kernel/hash';
import { derivedId, streams } from '../../../src/domain/kernel/ids';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore } from '../../../src/infrastructure/sqlite/event-store';
import type { LiveShop } from '../../support/live-shop';
import { Shopper } from '../../support/shopper';
import { pause, verify } from './busy-shop';

const APPENDS_AT_ONCE = 2_048;

/** A sold card and the order that bought it, as a real shop stored them: what a long log is copied from. */
export interface Sale {
  readonly orderId: string;
  readonly cardId: string;
  readonly events: readonly StoredEvent[];
}

export async function saleOf(folder: string, orderId: string, cardId: string): Promise<Sale> {
  const store = await openSqliteEventStore({ file: join(folder, 'events.db'), runtime: new SystemRuntime() });
  try {
    return { orderId, cardId, events: [...(await store.read(streams.card(cardId))), ...(await store.read(streams.order(orderId)))] };
  } finally {
    await store.close();
  }
}

/** Copies a stopped shop's folder and lengthens its log with such sales, each under ids of its own and chained as ours are. Returns how many events it has then. */
export async function lengthen(from: string, to: string, sale: Sale, eventsWanted: number): Promise<number> {
  cpSync(from, to, { recursive: true, filter: (path) => !/read-models|wake\.json/.test(path) });
  const store = await openSqliteEventStore({ file: join(to, 'events.db'), runtime: new SystemRuntime() });
  try {
    let events = Number((await store.head()) ?? 0);
    for (let made = 0; events < eventsWanted;) {
      const batch: Promise<unknown>[] = [];
      for (; batch.length < APPENDS_AT_ONCE && events < eventsWanted; made++) {
        for (const [stream, appended] of copyOf(sale, made)) {
          batch.push(store.append(stream, 'none', appended));
          events += appended.length;
        }
      }
      await Promise.all(batch);
    }
    return events;
  } finally {
    await store.close();
  }
}

/** Lengthens the log of a running shop, which is stopped for it and serves again when it has caught up. */
export async function prolong(shop: LiveShop, eventsWanted: number): Promise<void> {
  const shopper = new Shopper(shop);
  const { id } = await shopper.order({ skuId: 'plenty' });
  const [card] = (await shopper.untilStatus(id, 'COMPLETED')).cards;
  await shop.stop();
  const [data, short] = [join(shop.folder, 'data'), join(shop.folder, 'data-short')];
  renameSync(data, short);
  await lengthen(short, data, await saleOf(short, id, card?.id ?? ''), eventsWanted);
  await shop.serve();
  const behind = async (): Promise<number> => {
    const { stdout } = await shop.must(['projections', 'list', '--json']);
    return Math.max(...(JSON.parse(stdout) as { readonly behindEvents: number }[]).map(({ behindEvents }) => behindEvents));
  };
  while ((await behind()) > 0) await pause(1_000);
}

/** How many orders the log holds. */
export async function ordersIn(shop: LiveShop): Promise<number> {
  return (await verify(shop)).checked.orders;
}

function copyOf({ orderId, cardId, events }: Sale, nth: number): ReadonlyMap<string, readonly EventToAppend[]> {
  const ids: readonly (readonly [string, string])[] = [
    [orderId, derivedId('order', 'long-log', nth)],
    [cardId, derivedId('card', 'long-log', nth)],
  ];
  const renamed = (text: string): string => ids.reduce((all, [old, fresh]) => all.replaceAll(old, fresh), text);
  const copies = new Map<string, EventToAppend[]>();
  const hashes = new Map<string, string>();
  for (const { stream: old, revision, ...event } of events) {
    const stream = renamed(old);
    const { eventId, type, schemaVersion, occurredAt, data, metadata } = JSON.parse(renamed(JSON.stringify(event))) as EventToAppend;
    const unhashed = { eventId: derivedId(stream, eventId), type, schemaVersion, occurredAt, data, metadata };
    const hash = chainHash(hashes.get(stream) ?? GENESIS_HASH, stream, revision, unhashed);
    hashes.set(stream, hash);
    copies.set(stream, [...(copies.get(stream) ?? []), { ...unhashed, metadata: { ...metadata, hash } }]);
  }
  return copies;
}
