import { z } from 'zod';
import { derivedId, streams } from '../../../domain/kernel/ids';
import type { OrderCommand } from '../../../domain/order/commands';
import { findShare } from '../../../domain/order/shares';
import { isSubmitted } from '../../../domain/order/state';
import { aggregates } from '../../aggregates';
import { requireRole } from '../../authorise';
import type { Caller, Locale, Rights } from '../../caller';
import type { CommandContext, CommandHandling } from '../../handle-command';
import type { EventCodec } from '../../ports/event-codec';
import type { EventStore } from '../../ports/event-store';
import type { Keyring } from '../../ports/keyring';
import type { Runtime } from '../../ports/runtime';
import { NO_ORDER, orderIdOfNumber, type NumberLookupPorts } from '../../queries/get-order-by-number';
import { readStream } from '../../queries/get-order-history';
import { type SharedOrderView, sharedOrderView } from '../../queries/shared-order';
import { refusalOf, refuse } from '../../refusals';
import { shareIdOfToken } from '../../share-token';
import { Command, type CommandHandler } from '../command';
import { idempotencyKey } from '../input';
import type { Refused } from '../result';

const NUMBER_CHARACTERS_MAX = 64;
const TOKEN_CHARACTERS_MAX = 256;

export type OpenSharedOrderResult = { readonly ok: true; readonly shared: SharedOrderView } | Refused;

/** Somebody outside opens a link to one order. They need nothing but the link, and see the order redacted, whoever else they may be. */
export class OpenSharedOrder extends Command<OpenSharedOrderResult> {
  static readonly operation = 'openSharedOrder';
  static readonly rights: Rights = { roles: ['BUYER', 'STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({
    idempotencyKey,
    number: z.string().max(NUMBER_CHARACTERS_MAX),
    shareToken: z.string().max(TOKEN_CHARACTERS_MAX),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof OpenSharedOrder.input>,
  ) {
    super();
  }
}

export interface SharedOrderPorts extends NumberLookupPorts {
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly runtime: Pick<Runtime, 'newId'>;
  readonly store: Pick<EventStore, 'head' | 'read'>;
  readonly codec: EventCodec;
  /** What a SKU is called now. */
  readonly skuName: (skuId: string, locale: Locale) => string;
}

export class OpenSharedOrderHandler implements CommandHandler<OpenSharedOrder> {
  readonly command = OpenSharedOrder;
  constructor(private readonly ports: SharedOrderPorts) {}

  async execute({ caller, input }: OpenSharedOrder): Promise<OpenSharedOrderResult> {
    requireRole(OpenSharedOrder, caller);
    const { commands, keyring, store, codec, skuName } = this.ports;
    // A number of no order is looked at like one that the token does not open: one read of a stream, and one comparison.
    const orderId = (await orderIdOfNumber(this.ports, input.number)) ?? NO_ORDER;
    const { state } = await commands.load(aggregates.order, orderId, true);
    const shareId = shareIdOfToken(keyring, state, input.shareToken);
    if (shareId === null) return { ok: false, refusal: refuse('NOT_FOUND') };
    const looked = await commands.handle(
      aggregates.order,
      orderId,
      (at): OrderCommand => ({ type: 'OpenShare', shareId, at }),
      this.contextOf(caller, orderId, shareId),
    );
    if (looked.outcome === 'rejected') return { ok: false, refusal: refusalOf(looked.rejection) };
    const share = findShare(looked.state, shareId);
    if (!isSubmitted(looked.state) || share === undefined) return { ok: false, refusal: refuse('NOT_FOUND') };
    // The look is stored; only now is anything shown.
    const events = await readStream(store, codec, streams.order(orderId));
    const { locale } = caller;
    return { ok: true, shared: sharedOrderView(looked.state, events, { locale, share, skuName: skuName(looked.state.submitted.skuId, locale) }) };
  }

  /** Each look is decided anew, and the decision knows by itself which of them are one; so a used key must not hide a later look. */
  private contextOf(caller: Caller, orderId: string, shareId: string): CommandContext {
    return {
      commandId: derivedId('command', 'share', this.ports.runtime.newId(), OpenSharedOrder.operation),
      correlationId: orderId,
      causationId: caller.requestId,
      actor: caller.role === 'BUYER' ? { kind: 'GUEST', id: shareId } : caller.actor,
      ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
    };
  }
}
