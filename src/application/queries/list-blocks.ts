import { ADDRESS_BITS, parseAddress, RANGE_BITS_MIN, rangeOf, rangeText } from '../../domain/block/address-range';
import { counts } from '../../domain/block/decide';
import type { BlockKind } from '../../domain/block/events';
import { toIso, type Instant } from '../../domain/kernel/time';
import type { BlockRow } from '../../projections/blocks';
import { requireRole } from '../authorise';
import { addressKeyOf, deviceKeyOf } from '../blocks/block-keys';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import { contactKeyOf } from '../order-secrets';
import type { Keyring } from '../ports/keyring';
import type { Filter, ReadModels, Row } from '../ports/read-models';
import type { StoreClock } from '../store-clock';
import { BadInput, pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

export interface BlockView {
  readonly id: string;
  readonly kind: BlockKind;
  /** Of a RANGE; the others are digests that say nothing to anybody. */
  readonly range: string | null;
  readonly active: boolean;
  readonly placedAt: string;
  readonly expiresAt: string;
  readonly liftedAt: string | null;
  /** Who placed it, as the id of an actor, and why. */
  readonly placedBy: string;
  readonly reason: string | null;
}

/** All that is given must hold. Of contact, address and device one at most. */
export interface BlockFilter {
  readonly kind?: BlockKind;
  readonly active?: boolean;
  readonly contact?: string;
  /** Also the networks that it is in. */
  readonly address?: string;
  readonly device?: string;
}

/** By what the shop takes no orders, newest first. Throws BadInput for what can be no contact and no address. */
export class ListBlocks extends Query<Page<BlockView>> {
  static readonly operation = 'blocks';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly filter: BlockFilter = {},
  ) {
    super();
  }
}

export class ListBlocksHandler implements QueryHandler<ListBlocks> {
  readonly query = ListBlocks;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
    private readonly clock: Pick<StoreClock, 'now'>,
    private readonly keyring: Keyring,
  ) {}

  async execute({ caller, page, filter }: ListBlocks): Promise<Page<BlockView>> {
    requireRole(ListBlocks, caller);
    const now = this.clock.now();
    const list = { model: 'blocks', filter: this.filterOf(filter, now), sort: { field: 'placedAt', direction: 'desc' } } as const;
    return pageOf<BlockRow, BlockView>(this.readModels, this.mac, list, page, (row) => viewOf(row, now));
  }

  private filterOf(filter: BlockFilter, now: Instant): Filter {
    const { kind, active } = filter;
    const keys = this.keysOf(filter);
    return {
      ...(kind === undefined ? {} : { kind: { eq: kind } }),
      ...(active === undefined ? {} : { until: active ? { gt: now } : { lte: now } }),
      ...(keys === null ? {} : { key: { in: keys } }),
    };
  }

  private keysOf({ contact, address, device }: BlockFilter): readonly string[] | null {
    if ([contact, address, device].filter((one) => one !== undefined).length > 1)
      throw new BadInput('filter', 'takes one of contact, address and device');
    if (device !== undefined) return [deviceKeyOf(this.keyring, device)];
    if (contact !== undefined) {
      const key = contactKeyOf(this.keyring, contact);
      if (key === null) throw new BadInput('filter.contact', 'is neither an e-mail address nor a telephone number');
      return [key];
    }
    if (address === undefined) return null;
    const parsed = parseAddress(address);
    if (parsed === null) throw new BadInput('filter.address', 'is no IP address');
    const bitsMin = RANGE_BITS_MIN[parsed.version];
    const sizes = Array.from({ length: ADDRESS_BITS[parsed.version] - bitsMin + 1 }, (_, more) => bitsMin + more);
    return [addressKeyOf(this.keyring, address), ...sizes.map((bits) => rangeText(rangeOf(parsed, bits)))];
  }
}

function viewOf({ key: id, value }: Row<BlockRow>, now: Instant): BlockView {
  const { kind, key, placedAt, expiresAt, until, liftedAt, placedBy, reason } = value;
  return {
    id,
    kind,
    range: kind === 'RANGE' ? key : null,
    active: counts({ expiresAt: until }, now),
    placedAt: toIso(placedAt),
    expiresAt: toIso(expiresAt),
    liftedAt: liftedAt === null ? null : toIso(liftedAt),
    placedBy,
    reason,
  };
}
