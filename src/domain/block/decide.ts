import { exhaustive, type Decider } from '../kernel/decider';
import { derivedId } from '../kernel/ids';
import { reject, type Rejection } from '../kernel/rejection';
import { DAY_MS, fromIso, toIso, type Instant } from '../kernel/time';
import type { BlockEvent, BlockKind } from './events';

/** One thing by which the shop takes no orders, or took none once. */
export interface Block {
  readonly id: string;
  readonly kind?: BlockKind;
  readonly key?: string;
  readonly placedAt?: Instant;
  /** Until when it counts, unless it is lifted before. */
  readonly expiresAt: Instant;
}

export type BlockCommand =
  | { readonly type: 'PlaceBlock'; readonly kind: BlockKind; readonly key: string; readonly expiresAt: Instant; readonly at: Instant }
  | { readonly type: 'LiftBlock'; readonly at: Instant };

export type BlockRejection = Rejection<'BLOCK_EXPIRY_OUT_OF_RANGE' | 'BLOCK_NOT_FOUND'>;

/** Addresses and devices get other owners: what is still true in a year is said again. */
export const BLOCK_DAYS_MAX = 366;

/** The same thing is blocked once, however often. */
export const blockIdFor = (kind: BlockKind, key: string): string => derivedId('block', kind, key);

/** An expired entry is not there any more, without anybody having to do anything. */
export const counts = ({ expiresAt }: Pick<Block, 'expiresAt'>, now: Instant): boolean => now < expiresAt;

function evolve(state: Block, event: BlockEvent & { readonly occurredAt: string }): Block {
  const at = fromIso(event.occurredAt);
  switch (event.type) {
    case 'BlockPlaced': {
      const { kind, key, expiresAt } = event.data;
      return { id: state.id, kind, key, placedAt: at, expiresAt: fromIso(expiresAt) };
    }
    case 'BlockLifted':
      return { ...state, expiresAt: Math.min(state.expiresAt, at) };
    default:
      return exhaustive(event, state);
  }
}

/**
 * GIVEN a contact, an address, a device or a network
 * WHEN  a person blocks it until some time
 * THEN  it is blocked until then, whatever was said before
 * REJECTED BLOCK_EXPIRY_OUT_OF_RANGE · ALREADY SO when it is blocked until that very time
 */
function place({ kind, key, expiresAt, at }: Extract<BlockCommand, { type: 'PlaceBlock' }>, state: Block) {
  if (expiresAt <= at || expiresAt - at > BLOCK_DAYS_MAX * DAY_MS) return reject('BLOCK_EXPIRY_OUT_OF_RANGE', { daysMax: BLOCK_DAYS_MAX });
  return state.expiresAt === expiresAt ? [] : [{ type: 'BlockPlaced', data: { kind, key, expiresAt: toIso(expiresAt) } } as const];
}

/** It counts no more. REJECTED BLOCK_NOT_FOUND · ALREADY SO when its time has passed, or it was lifted */
function lift({ at }: Extract<BlockCommand, { type: 'LiftBlock' }>, state: Block) {
  if (state.placedAt === undefined) return reject('BLOCK_NOT_FOUND');
  return counts(state, at) ? [{ type: 'BlockLifted', data: {} } as const] : [];
}

export const block: Decider<BlockCommand, BlockEvent, Block, BlockRejection> = {
  initial: (id) => ({ id, expiresAt: Number.NEGATIVE_INFINITY }),
  evolve,
  decide: (command, state) => (command.type === 'PlaceBlock' ? place(command, state) : lift(command, state)),
};
