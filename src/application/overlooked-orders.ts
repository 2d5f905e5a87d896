import { MINUTE_MS } from '../domain/kernel/time';
import type { OrderRow } from '../projections/orders';
import type { OrderEngine } from './order-engine';
import type { ReadModels } from './ports/read-models';
import type { Runtime } from './ports/runtime';
import { rowPages } from './row-pages';
import type { StoreClock } from './store-clock';

export interface OverlookedOrdersKit {
  readonly readModels: Pick<ReadModels, 'find'>;
  readonly engine: Pick<OrderEngine, 'takeUp'>;
  readonly clock: Pick<StoreClock, 'now'>;
  readonly runtime: Pick<Runtime, 'sleep'>;
  /** Told of orders that this engine had not heard of, by id. Must not throw. */
  readonly onTakenUp: (orderIds: readonly string[]) => void;
  readonly onFailed: (error: unknown) => void;
}

const LOOK_EVERY_MS = MINUTE_MS;
/** An order this old is long on the agenda of the engine that heard of it, or begun. */
const OVERLOOKED_AFTER_MS = MINUTE_MS;
const PAGE = 500;
/** More are looked at the next time: the oldest come first. */
const PAGES_MAX = 40;

/**
 * A subscription may leave an event out, and of the first event of an order no revision tells before somebody does something about it: its engine would not
 * hear of it. Whoever builds the read models has a subscription of its own, so now and then an engine looks there for orders that nobody has begun. Never rejects.
 */
export async function takeUpOverlooked(kit: OverlookedOrdersKit, signal: AbortSignal): Promise<void> {
  // Not at once: an engine that has just begun has not heard of anything yet.
  for (await kit.runtime.sleep(LOOK_EVERY_MS, signal); !signal.aborted; await kit.runtime.sleep(LOOK_EVERY_MS, signal)) {
    try {
      await look(kit);
    } catch (error) {
      kit.onFailed(error);
    }
  }
}

async function look({ readModels, engine, clock, onTakenUp }: OverlookedOrdersKit): Promise<void> {
  const before = clock.now() - OVERLOOKED_AFTER_MS;
  const sort = { field: 'submittedAt', direction: 'asc' } as const;
  for await (const rows of rowPages<OrderRow>(readModels, 'orders', {
    filter: { phase: { eq: 'QUEUED' } },
    sort,
    pageRows: PAGE,
    pagesMax: PAGES_MAX,
  })) {
    const old = rows.filter(({ value }) => value.submittedAt <= before).map(({ key }) => key);
    const takenUp = old.filter((orderId) => engine.takeUp(orderId));
    if (takenUp.length > 0) onTakenUp(takenUp);
    if (old.length < rows.length) return;
  }
}
