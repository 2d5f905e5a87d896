import { derivedId } from '../../domain/kernel/ids';
import { toIso, type Instant } from '../../domain/kernel/time';
import type { OrderRow } from '../../projections/orders';
import { aggregates, streamOf } from '../aggregates';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { EventStore } from '../ports/event-store';
import { type ReadModels, ReadModelsUnavailable } from '../ports/read-models';
import type { SubjectKeys } from '../ports/subject-keys';
import type { PositionWaiter } from '../projections/position-waiter';
import { rowPages } from '../row-pages';

export interface SettleErasureKit {
  readonly store: Pick<EventStore, 'head'>;
  readonly commands: CommandHandling;
  readonly readModels: Pick<ReadModels, 'find'>;
  readonly waiter: PositionWaiter;
  readonly subjectKeys: Pick<SubjectKeys, 'retire' | 'destroyRetired'>;
  /** So long after the order everything that was sealed before it is stored. Milliseconds. */
  readonly settleMs: number;
}

const PAGE_ORDERS = 200;
const MODEL_PATIENCE_MS = 30_000;

/** ORDERS_OPEN: something is still to be done for the person, so its orders remember it for now. */
export type Settled = 'NOT_YET' | 'ORDERS_OPEN' | 'ERASED';

/**
 * Goes as far with an erasure as it can, from wherever the last one came: no more is sealed with the keys, every order forgets its buyer, that is a
 * fact, and then the keys are destroyed. Each step changes nothing when it is done already. Rejects when a store is away.
 */
export async function settleErasure(kit: SettleErasureKit, subject: string): Promise<Settled> {
  const { commands, subjectKeys } = kit;
  const { state } = await commands.load(aggregates.subject, subject, true);
  const { generation, orderedAt } = state;
  if (state.status === 'KNOWN' || orderedAt === undefined) return 'ERASED';
  await subjectKeys.retire({ subject, generation, orderedAt: toIso(orderedAt) });
  if (state.status === 'ERASING') {
    if (commands.clock.now() - orderedAt < kit.settleMs) return 'NOT_YET';
    if (!(await forgetInOrders(kit, subject, generation, orderedAt))) return 'ORDERS_OPEN';
    const command = { type: 'SettleErasure', generation } as const;
    await commands.handle(aggregates.subject, subject, command, contextOf(subject, generation, 'settle'));
  }
  await subjectKeys.destroyRetired(subject);
  return 'ERASED';
}

/** Every order of the person, from a list that is as far as the log is now. False: one must still remember. */
async function forgetInOrders(kit: SettleErasureKit, subject: string, generation: number, orderedAt: Instant): Promise<boolean> {
  let open = 0;
  for await (const page of ordersOf(kit, subject)) {
    for (const { key: orderId } of page) {
      const command = (at: Instant) => ({ type: 'EraseBuyer', generation, orderedAt, at }) as const;
      const handled = await kit.commands.handle(aggregates.order, orderId, command, contextOf(subject, generation, orderId));
      if (handled.outcome === 'rejected') open++;
    }
  }
  return open === 0;
}

/** The orders of a person as the read model has them, once it is as far as the log. Rejects with ReadModelsUnavailable. */
export async function* ordersOf({ store, readModels, waiter }: Pick<SettleErasureKit, 'store' | 'readModels' | 'waiter'>, subject: string) {
  const head = await store.head();
  if (head !== null && !(await waiter.waitFor('orders', head, MODEL_PATIENCE_MS)))
    throw new ReadModelsUnavailable('the list of orders is behind the log');
  yield* rowPages<OrderRow>(readModels, 'orders', { filter: { subject: { eq: subject } }, pageRows: PAGE_ORDERS });
}

function contextOf(subject: string, generation: number, step: string): CommandContext {
  const stream = streamOf(aggregates.subject, subject);
  return {
    commandId: derivedId('command', stream, generation, step),
    correlationId: stream,
    causationId: stream,
    actor: { kind: 'ENGINE', id: 'erasure' },
  };
}
