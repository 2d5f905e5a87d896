import { z } from 'zod';
import { parseAddress, parseRange, RANGE_BITS_MIN, rangeText } from '../../../domain/block/address-range';
import { type BlockCommand, blockIdFor } from '../../../domain/block/decide';
import type { BlockKind } from '../../../domain/block/events';
import { fromIso, type Instant } from '../../../domain/kernel/time';
import { aggregates, streamOf } from '../../aggregates';
import { requireRole } from '../../authorise';
import { BLOCKS_MAX, type BlockBook } from '../../blocks/block-book';
import { addressKeyOf, deviceKeyOf, keysToLookUp } from '../../blocks/block-keys';
import type { Caller, Rights } from '../../caller';
import type { CommandHandling } from '../../handle-command';
import { contactKeyOf } from '../../order-secrets';
import type { Keyring } from '../../ports/keyring';
import { refusalOf, refuse, type RefusalCode } from '../../refusals';
import { isSubmitted } from '../../../domain/order/state';
import { Command, type CommandHandler } from '../command';
import { id, idempotencyKey, reason, secretText, time } from '../input';
import { notFound } from '../order-desk';
import type { Refused } from '../result';
import { staffContext } from '../staff-context';

export type BlockResult = { readonly ok: true; readonly blockIds: readonly string[]; readonly replayed: boolean } | Refused;

const contact = secretText.refine((typed) => /@|\d{4}/.test(typed), 'is neither an e-mail address nor a telephone number');
const address = secretText.refine((typed) => parseAddress(typed) !== null, 'is no IP address');
const range = secretText.refine((typed) => parseRange(typed) !== null, 'is no network such as 203.0.113.0/24');

/**
 * From now until a time the shop takes no new orders by a contact, an address, a device or a network of addresses: typed in, or taken over from
 * an order without anybody seeing it. Orders that are there go on.
 */
export class BlockBuyer extends Command<BlockResult> {
  static readonly operation = 'blockBuyer';
  static readonly rights: Rights = { roles: ['SUPPORT', 'OPS', 'ADMIN'] };
  static readonly input = z
    .strictObject({
      idempotencyKey,
      reason,
      expiresAt: time,
      contact: contact.optional(),
      address: address.optional(),
      device: secretText.optional(),
      range: range.optional(),
      order: z.strictObject({ orderId: id, by: z.enum(['CONTACT', 'ADDRESS', 'DEVICE']) }).optional(),
    })
    .refine(
      (input) => [input.contact, input.address, input.device, input.range, input.order].filter((one) => one !== undefined).length === 1,
      'takes exactly one of contact, address, device, range and order',
    );
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof BlockBuyer.input>,
  ) {
    super();
  }
}

type Input = BlockBuyer['input'];
type Keys = readonly (readonly [BlockKind, string])[];

const refused = (code: RefusalCode, details?: Readonly<Record<string, string | number>>): Refused => ({
  ok: false,
  refusal: refuse(code, details === undefined ? {} : { details }),
});

export class BlockBuyerHandler implements CommandHandler<BlockBuyer> {
  readonly command = BlockBuyer;
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly book: Pick<BlockBook, 'hasRoom'>,
  ) {}

  async execute({ caller, input }: BlockBuyer): Promise<BlockResult> {
    requireRole(BlockBuyer, caller);
    const keys = await this.keysOf(input);
    if ('ok' in keys) return keys;
    if (!this.book.hasRoom(this.commands.clock.now())) return refused('BLOCKS_FULL', { blocksMax: BLOCKS_MAX });
    return this.placeAll(caller, input, keys);
  }

  /** What is to be blocked, as it is stored. */
  private async keysOf({ contact: way, address: ip, device, range: network, order }: Input): Promise<Keys | Refused> {
    if (order !== undefined) return this.keysOfOrder(order);
    const wide = network === undefined ? null : parseRange(network);
    if (wide !== null) {
      const bitsMin = RANGE_BITS_MIN[wide.version];
      return wide.bits < bitsMin ? refused('RANGE_TOO_WIDE', { bitsMin }) : [['RANGE', rangeText(wide)]];
    }
    const contactKey = way === undefined ? null : contactKeyOf(this.keyring, way);
    return keysToLookUp({
      contactKeys: contactKey === null ? [] : [contactKey],
      addressKey: ip === undefined ? undefined : addressKeyOf(this.keyring, ip),
      deviceKey: device === undefined ? undefined : deviceKeyOf(this.keyring, device),
    });
  }

  private async keysOfOrder({ orderId, by }: NonNullable<Input['order']>): Promise<Keys | Refused> {
    const { state } = await this.commands.load(aggregates.order, orderId, true);
    if (!isSubmitted(state)) return notFound();
    const { buyer, client } = state.submitted;
    const keys = keysToLookUp({ contactKeys: buyer.contactKeys ?? [], addressKey: client?.addressKey, deviceKey: client?.deviceKey });
    const wanted = keys.filter(([kind]) => kind === by);
    return wanted.length === 0 ? refused('NOTHING_TO_BLOCK_BY') : wanted;
  }

  /** Each is a stream of its own; a repeat after a crash between two of them does what is left. */
  private async placeAll(caller: Caller, input: Input, keys: Keys): Promise<BlockResult> {
    const expiresAt = fromIso(input.expiresAt);
    const blockIds: string[] = [];
    let replayed = true;
    for (const [kind, key] of keys) {
      const blockId = blockIdFor(kind, key);
      const correlationId = input.order?.orderId ?? streamOf(aggregates.block, blockId);
      const context = staffContext(this.keyring, BlockBuyer, caller, input, correlationId);
      const place = (at: Instant): BlockCommand => ({ type: 'PlaceBlock', kind, key, expiresAt, at });
      const placed = await this.commands.handle(aggregates.block, blockId, place, context);
      if (placed.outcome === 'rejected') return { ok: false, refusal: refusalOf(placed.rejection) };
      replayed &&= placed.replayed;
      blockIds.push(blockId);
    }
    return { ok: true, blockIds, replayed };
  }
}
