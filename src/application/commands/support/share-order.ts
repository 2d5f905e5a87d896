import { z } from 'zod';
import { derivedId } from '../../../domain/kernel/ids';
import { findShare, SHARE_HOURS_DEFAULT, SHARE_HOURS_MAX } from '../../../domain/order/shares';
import type { Share } from '../../../domain/order/state';
import type { Caller, Rights } from '../../caller';
import type { Keyring } from '../../ports/keyring';
import { refuse } from '../../refusals';
import { shareTokenOf } from '../../share-token';
import { Command, type CommandHandler } from '../command';
import { ofStaff } from '../input';
import { type OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** `shareToken` opens the order for whoever has it; it is shown to the person who made the link, and stored nowhere. */
export type ShareOrderResult = OrderResult<{ readonly share: Share; readonly shareToken: string }>;

/** A person of the shop makes a link that shows one order, redacted, to somebody outside: a dispute desk, a colleague. The same key gives the same link. */
export class ShareOrder extends Command<ShareOrderResult> {
  static readonly operation = 'shareOrder';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, validHours: z.int().min(1).max(SHARE_HOURS_MAX).default(SHARE_HOURS_DEFAULT) });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ShareOrder.input>,
  ) {
    super();
  }
}

export class ShareOrderHandler implements CommandHandler<ShareOrder> {
  readonly command = ShareOrder;
  constructor(
    private readonly desk: OrderDesk,
    private readonly keyring: Keyring,
  ) {}

  async execute({ caller, input }: ShareOrder): Promise<ShareOrderResult> {
    const { orderId, idempotencyKey, validHours: hours } = input;
    const shareId = derivedId('share', orderId, caller.clientId, idempotencyKey);
    const result = await this.desk.run(ShareOrder, caller, input, (at) => ({ type: 'ShareOrder', shareId, hours, at }));
    if (!result.ok) return result;
    const { state } = result.order;
    const share = findShare(state, shareId);
    if (share === undefined) return { ok: false, refusal: refuse('SHARE_NOT_FOUND'), order: result.order };
    return { ...result, share, shareToken: shareTokenOf(this.keyring, state, shareId) };
  }
}
