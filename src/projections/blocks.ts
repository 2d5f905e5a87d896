import type { BlockEvent, BlockKind } from '../domain/block/events';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import { factOf } from './plain';
import type { Projection } from './projection';

export type BlockRow = {
  readonly kind: BlockKind;
  readonly key: string;
  readonly placedAt: Instant;
  readonly expiresAt: Instant;
  /** Until when it counts: its expiry, or when it was lifted. */
  readonly until: Instant;
  readonly liftedAt: Instant | null;
  readonly placedBy: string;
  readonly reason: string | null;
};

/** By what the shop takes no orders, or took none once; each thing once, as it was said last. */
export const blocks: Projection<BlockRow> = {
  name: 'blocks',
  version: 1,
  categories: ['block-'],
  indexes: [['placedAt'], ['until', 'placedAt'], ['kind', 'placedAt'], ['key']],
  keys: (event) => [idOf(event.stream)],
  project(event, row, blockId) {
    const { type, data, occurredAt } = factOf<BlockEvent>(event);
    const at = fromIso(occurredAt);
    if (type === 'BlockPlaced') {
      const { kind, key } = data;
      const expiresAt = fromIso(data.expiresAt);
      const { actor, reason = null } = event.metadata;
      return { kind, key, placedAt: at, expiresAt, until: expiresAt, liftedAt: null, placedBy: actor.id, reason };
    }
    if (row === null) throw new Error(`block ${blockId} is lifted and was never placed`);
    return { ...row, until: Math.min(row.until, at), liftedAt: at };
  },
};
