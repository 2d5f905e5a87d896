import { createHash } from 'node:crypto';
import type { EventCodec } from '../../src/application/ports/event-codec';
import type { ReadModels } from '../../src/application/ports/read-models';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import type { Projection } from '../../src/projections/projection';

export type CountRow = { readonly stream: string; readonly seen: readonly number[]; readonly size: number };
export type TotalRow = { readonly total: number };

/** Remembers which revisions it saw: a lost, repeated or reordered event shows in the row. */
export const orders: Projection<CountRow> = {
  name: 'orders',
  version: 1,
  categories: ['order-'],
  indexes: [['size']],
  keys: (event) => (event.type === 'Silent' ? [] : [event.stream]),
  project: (event, row) => {
    if (event.type === 'Closed') return null;
    if (event.type === 'Ignored') return row;
    const seen = [...(row?.seen ?? []), event.revision];
    return { stream: event.stream, seen, size: seen.length };
  },
};

export const perType: Projection<TotalRow> = {
  name: 'perType',
  version: 1,
  summary: true,
  categories: ['order-', 'card-'],
  indexes: [],
  keys: (event) => [event.type, 'all'],
  project: (_event, row) => ({ total: (row?.total ?? 0) + 1 }),
};

export const codec: EventCodec = {
  versionFor: () => 1,
  decode: (event) => (event.schemaVersion > 1 ? { outcome: 'unknown', why: 'NEWER_VERSION' } : { outcome: 'read', event }),
  problemOf: () => null,
};

/** Backs off without losing time. */
export class HastyRuntime extends SystemRuntime {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms > 1_000 ? ms : Math.min(ms, 2), signal);
  }
}

/** All rows that readers see, with their positions, as one hash. */
export async function hashOf(readModels: ReadModels, model: string): Promise<string> {
  const active = (await readModels.generations(model)).find(({ state }) => state === 'active');
  const hash = createHash('sha256');
  for (let after: string | null = null; active !== undefined;) {
    const rows = await readModels.scan(active, after, 100);
    hash.update(JSON.stringify(rows));
    after = rows.at(-1)?.key ?? null;
    if (after === null) break;
  }
  return hash.digest('hex');
}
