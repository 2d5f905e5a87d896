import { parseAddress, parseRange, rangeOf, rangeText, type IpAddress } from '../../domain/block/address-range';
import { block, counts, type Block } from '../../domain/block/decide';
import type { BlockEvent, BlockKind } from '../../domain/block/events';
import type { Happened } from '../../domain/kernel/event';
import { fromIso, type Instant } from '../../domain/kernel/time';
import { keysToLookUp, type Blockable } from './block-keys';

/** Blocks that count at once. A shop that needs more has another problem, and every process keeps them in memory. */
export const BLOCKS_MAX = 10_000;

/** What is blocked, from the log and in memory: looked at before every new order. It may be a moment behind. */
export class BlockBook {
  private readonly blocks = new Map<string, Block>();
  private readonly byKey = new Map<string, Block>();
  /** How many blocked networks there are of each size: an address is looked up once for each. */
  private readonly sizes = new Map<string, number>();

  take(id: string, event: Happened<BlockEvent>): void {
    const before = this.blocks.get(id);
    if (before !== undefined) this.leave(before);
    const after = block.evolve(before ?? block.initial(id), event);
    // What is lifted or replaced is folded anew when it is placed again, so nothing but what counts is kept.
    if (event.type !== 'BlockPlaced') return;
    this.hasRoom(fromIso(event.occurredAt));
    this.enter(after);
  }

  /** Whether one more could be kept; what has expired makes room. */
  hasRoom(now: Instant): boolean {
    if (this.blocks.size < BLOCKS_MAX) return true;
    for (const one of this.blocks.values()) if (!counts(one, now)) this.leave(one);
    return this.blocks.size < BLOCKS_MAX;
  }

  /** What stands against an order now; of several, the one that lasts longest. Null: nothing. */
  find(order: Blockable, now: Instant): Block | null {
    if (this.blocks.size === 0) return null;
    const keys = [...keysToLookUp(order), ...this.networksOf(order.address)];
    const found = keys.map(([kind, key]) => this.byKey.get(nameOf(kind, key))).filter((one) => one !== undefined && counts(one, now));
    return found.reduce<Block | null>((longest, one) => (one !== undefined && one.expiresAt > (longest?.expiresAt ?? 0) ? one : longest), null);
  }

  private networksOf(typed: string | undefined): readonly (readonly [BlockKind, string])[] {
    const address = typed === undefined || this.sizes.size === 0 ? null : parseAddress(typed);
    if (address === null) return [];
    return [...this.sizes.keys()].flatMap((size) => {
      const bits = bitsOf(size, address);
      return bits === null ? [] : [['RANGE', rangeText(rangeOf(address, bits))] as const];
    });
  }

  private enter(entered: Block): void {
    const { id, kind, key } = entered;
    if (kind === undefined || key === undefined) return;
    this.blocks.set(id, entered);
    this.byKey.set(nameOf(kind, key), entered);
    if (kind === 'RANGE') this.resize(key, 1);
  }

  private leave({ id, kind, key }: Block): void {
    this.blocks.delete(id);
    if (kind === undefined || key === undefined) return;
    this.byKey.delete(nameOf(kind, key));
    if (kind === 'RANGE') this.resize(key, -1);
  }

  private resize(network: string, by: 1 | -1): void {
    const range = parseRange(network);
    if (range === null) return;
    const size = `${range.version}/${range.bits}`;
    const count = (this.sizes.get(size) ?? 0) + by;
    if (count > 0) this.sizes.set(size, count);
    else this.sizes.delete(size);
  }
}

/** No kind has a blank in it, and no digest and no network. */
const nameOf = (kind: BlockKind, key: string): string => `${kind} ${key}`;

function bitsOf(size: string, { version }: IpAddress): number | null {
  const [of, bits] = size.split('/');
  return Number(of) === version ? Number(bits) : null;
}
