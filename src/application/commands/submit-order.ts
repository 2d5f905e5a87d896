import type { Pace } from '../../domain/buyer/limits';
import type { Gateway } from '../../domain/catalog/gateway';
import { derivedId, orderIdFor } from '../../domain/kernel/ids';
import type { OrderSubmitted } from '../../domain/order/events';
import type { MarginRule } from '../../domain/order/margin';
import { isSubmitted, type SubmittedOrder } from '../../domain/order/state';
import { toIso } from '../../domain/kernel/time';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { BlockBook } from '../blocks/block-book';
import type { Caller, Rights } from '../caller';
import type { CommandContext, CommandHandling, Folded } from '../handle-command';
import { SHED_RETRY_MS } from '../shedding/shedding';
import { type OrderSecrets, ownerOf } from '../order-secrets';
import { orderTokenOf } from '../order-token';
import { buyerKeyOf, type Likenesses, likenessesOf } from '../lines/alike';
import type { LineBook } from '../lines/line-book';
import type { Keyring } from '../ports/keyring';
import { type RefusalCode, refuse } from '../refusals';
import { betterThan, canPayBy, type Catalog } from './catalog';
import { Command, type CommandHandler } from './command';
import type { OrderResult, OrderSeen, Refused } from './result';
import { type Admission, BUSY_RETRY_MS } from './submit/admission';
import type { AdmissionGate } from './submit/admission-gate';
import type { BuyerGate } from './submit/buyer-gate';
import type { BuyerSlots } from './submit/buyer-slots';
import type { CaptchaGate } from './submit/captcha-gate';
import type { OpenOrders, Wish } from './submit/open-orders';
import { orderOf, refusalOfForm, requestFingerprint, sealerOf } from './submit/order-form';
import type { StockLook } from './submit/stock-look';
import { type SubmitOrderInput, submitOrderInput } from './submit/submit-order-input';

export type { SubmitOrderInput };

export type SubmitOrderResult = OrderResult<{ readonly accessToken: string }>;

/**
 * Takes an order. Answers when it is stored; the same key with the same order answers with that order, whatever the load.
 * A refusal stores nothing and does not use up the key.
 */
export class SubmitOrder extends Command<SubmitOrderResult> {
  static readonly operation = 'submitOrder';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'ADMIN'] };
  static readonly input = submitOrderInput;
  constructor(
    readonly caller: Caller,
    readonly input: SubmitOrderInput,
  ) {
    super();
  }
}

export interface SubmitOrderKit {
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly secrets: OrderSecrets;
  readonly catalog: Catalog;
  /** All of them as they are now; may be a moment old. */
  readonly gateways: () => readonly Gateway[];
  readonly admission: Admission;
  /** When an order that is stored may enter. */
  readonly gate: AdmissionGate;
  readonly buyerGate: BuyerGate;
  /** By what the shop takes no orders now. */
  readonly blocks: Pick<BlockBook, 'find'>;
  readonly lines: Pick<LineBook, 'expect' | 'forget'>;
  readonly openOrders: OpenOrders;
  readonly buyerSlots: BuyerSlots;
  readonly stock: StockLook;
  /** Absent: nobody has to solve anything. */
  readonly captcha?: Pick<CaptchaGate, 'refusalOf'> | undefined;
  /** What a card must leave where its SKU does not say. */
  readonly minMargin?: MarginRule | undefined;
  /** The shop does without new orders for now. */
  readonly shedsNewOrders?: () => boolean;
  /** Told of every submit that stored nothing. Must not throw. */
  readonly onRefused?: (code: string) => void;
}

/** An order, but for when it may enter. */
type Unadmitted = ReturnType<typeof orderOf>;

/** One submit on its way. */
interface Submit {
  readonly caller: Caller;
  readonly input: SubmitOrderInput;
  readonly orderId: string;
  readonly fingerprint: string;
  readonly wish: Wish;
  /** The buyer as those who count see it. */
  readonly buyer: string;
}

/** What came of a submit so far: an order that may be stored, and what it is judged by. */
interface Judged {
  readonly order: Unadmitted;
  readonly pace: Pace;
  readonly likenesses: Likenesses;
}

const refused = (code: RefusalCode, more: Parameters<typeof refuse>[1] = {}): Refused => ({ ok: false, refusal: refuse(code, more) });
const busy = (code: 'SYSTEM_BUSY' | 'SLOT_HELD', retryAfterMs = BUSY_RETRY_MS): Refused => refused(code, { retryAfterMs });

export class SubmitOrderHandler implements CommandHandler<SubmitOrder> {
  readonly command = SubmitOrder;
  constructor(private readonly kit: SubmitOrderKit) {}

  /**
   * Most keys are new, so the order is stored at once, at "none": a key that was used before conflicts there, and is answered from
   * its stream. Whatever else stands in the way is said only after the stream was read: a repeat is answered under any load.
   */
  async execute({ caller, input }: SubmitOrder): Promise<SubmitOrderResult> {
    requireRole(SubmitOrder, caller);
    const { keyring, admission, openOrders } = this.kit;
    const orderId = orderIdFor(caller.clientId, input.idempotencyKey);
    const wish: Wish = { clientId: caller.clientId, buyerRef: input.buyer.ref, skuId: input.skuId, quantity: input.quantity };
    const buyer = buyerKeyOf(wish.clientId, wish.buyerRef);
    const submit: Submit = { caller, input, orderId, wish, buyer, fingerprint: requestFingerprint(keyring, input) };
    const placed = (await admission.admit(() => openOrders.inTurn(wish, () => this.place(submit)))) ?? busy('SYSTEM_BUSY');
    const result = placed.ok ? placed : ((await this.stored(submit)) ?? placed);
    if (!result.ok) this.kit.onRefused?.(result.refusal.code);
    return result;
  }

  private async stored(submit: Submit): Promise<SubmitOrderResult | null> {
    const { state, revision } = await this.kit.commands.load(aggregates.order, submit.orderId, true);
    return isSubmitted(state) ? this.again(submit, { state, revision }) : null;
  }

  /** The key was used before: for this order, or for another one. */
  private again({ fingerprint }: Submit, order: OrderSeen): SubmitOrderResult {
    if (order.state.submitted.requestFingerprint !== fingerprint) return refused('IDEMPOTENCY_KEY_REUSED', { field: ['idempotencyKey'] });
    return { ok: true, order, replayed: true, accessToken: this.tokenOf(order.state) };
  }

  private async place(submit: Submit): Promise<SubmitOrderResult> {
    const { caller, input, orderId, fingerprint, wish } = submit;
    const { catalog, openOrders, gate, buyerGate, commands } = this.kit;
    const { pace, waitMs } = buyerGate.comes(submit.buyer, commands.clock.now());
    if (waitMs > 0) return refused('COOLING_DOWN', { retryAfterMs: waitMs, details: { seconds: Math.ceil(waitMs / 1_000) } });
    if (this.kit.shedsNewOrders?.() === true) return busy('SYSTEM_BUSY', SHED_RETRY_MS);
    const fullForMs = gate.fullFor(commands.clock.now());
    if (fullForMs !== null) return busy('SYSTEM_BUSY', fullForMs);
    const sku = await catalog.sku(input.skuId);
    const refusal = refusalOfForm(sku, input);
    if (refusal !== null || sku.settings === undefined) return { ok: false, refusal: refusal ?? refuse('SKU_NOT_FOUND') };
    if (!(await canPayBy(catalog, input.payment.gatewayId, input.payment.kind)))
      return refused('GATEWAY_NOT_AVAILABLE', { field: ['payment', 'gatewayId'] });
    const better = betterThan(this.kit.gateways(), input.payment.gatewayId, input.payment.kind);
    if (better.length > 0) return refused('GATEWAY_ISOLATED', { field: ['payment', 'gatewayId'], details: { others: better.join(', ') } });
    if (!(await this.kit.stock.mayHave(sku.settings, input))) return refused('OUT_OF_STOCK');
    const open = input.allowAnother === true ? null : await openOrders.find(wish, orderId);
    if (open !== null) return this.openOrderExists(open);
    const seal = await sealerOf(this.kit.secrets, ownerOf(orderId, { clientId: caller.clientId, buyer: input.buyer }), input);
    const order = orderOf(this.kit.keyring, seal, caller, orderId, input, sku.settings, this.kit.minMargin, fingerprint);
    const block = this.kit.blocks.find({ contactKeys: [], ...order.buyer, ...order.client, address: input.client?.address }, commands.clock.now());
    if (block !== null) return refused('BUYER_BLOCKED', { details: { until: toIso(block.expiresAt) } });
    const judged: Judged = { order, pace, likenesses: likenessesOf(order) };
    if (this.kit.captcha !== undefined) {
      const unproven = this.tooManyUnpaid(judged) ?? (await this.notAPerson(this.kit.captcha, submit, judged));
      if (unproven !== null) return unproven;
    }
    // Others may have come while a captcha was judged. From here on nothing may wait until the order stands in line, or two of them count as one.
    const tooMany = this.tooManyUnpaid(judged);
    if (tooMany !== null) return tooMany;
    return sku.settings.oneOpenOrderPerBuyer ? this.storeInSlot(submit, judged) : this.admitAndStore(submit, judged);
  }

  private tooManyUnpaid({ likenesses }: Judged): Refused | null {
    const tooMany = this.kit.buyerGate.tooManyUnpaid(likenesses);
    return tooMany === null ? null : refused('TOO_MANY_UNPAID_ORDERS', { details: tooMany });
  }

  /** Last, so that no solved captcha is spent on an order that is refused for something else. */
  private async notAPerson(captcha: Pick<CaptchaGate, 'refusalOf'>, submit: Submit, judged: Judged): Promise<Refused | null> {
    const { captchaToken: token, address } = submit.input.client ?? {};
    const isRisky = this.kit.buyerGate.riskOf(judged.pace, judged.likenesses).length > 0;
    const refusal = await captcha.refusalOf({ orderId: submit.orderId, token, address, isRisky });
    return refusal === null ? null : { ok: false, refusal };
  }

  private openOrderExists(open: OrderSeen): Refused {
    return { ...refused('OPEN_ORDER_EXISTS', { details: { orderId: open.state.orderId } }), order: open, accessToken: this.tokenOf(open.state) };
  }

  private async storeInSlot(submit: Submit, judged: Judged): Promise<SubmitOrderResult> {
    const { commandId: _own, ...context } = this.contextOf(submit);
    const slot = await this.kit.buyerSlots.take(submit.wish, submit.orderId, context);
    if (slot.outcome === 'open') return this.openOrderExists(slot.order);
    if (slot.outcome === 'placing') return busy('SLOT_HELD');
    return slot.isFresh() ? this.admitAndStore(submit, judged) : busy('SYSTEM_BUSY');
  }

  /** The order takes its place in line just before it is stored, and leaves it again when it was not. */
  private async admitAndStore(submit: Submit, { order: unadmitted, pace, likenesses }: Judged): Promise<SubmitOrderResult> {
    const { gate, buyerGate, commands, lines } = this.kit;
    const now = commands.clock.now();
    const admitted = gate.next(now);
    if (admitted.admission === 'BUSY') return busy('SYSTEM_BUSY', admitted.retryAfterMs);
    const risk = buyerGate.riskOf(pace, likenesses);
    const order: OrderSubmitted = {
      admission: admitted.admission,
      ...unadmitted,
      ...(admitted.admission === 'LATER' ? { enterAt: toIso(admitted.enterAt) } : {}),
      ...(risk.length === 0 ? {} : { risk }),
    };
    const isExpected = lines.expect(submit.orderId, order, likenesses, now);
    let isNew = false;
    try {
      const result = await this.store(submit, order);
      isNew = result.ok && !result.replayed;
      if (!isNew) buyerGate.cameAgain(submit.buyer);
      return result;
    } finally {
      if (isExpected && !isNew) lines.forget(submit.orderId);
    }
  }

  private async store(submit: Submit, order: OrderSubmitted): Promise<SubmitOrderResult> {
    const { orderId, wish } = submit;
    const handled = await this.kit.commands.handle(
      aggregates.order,
      orderId,
      { type: 'SubmitOrder', orderId, order },
      this.contextOf(submit),
      this.kit.commands.absent(aggregates.order, orderId),
    );
    const { state, revision }: Pick<Folded<typeof handled.state>, 'state' | 'revision'> = handled;
    if (!isSubmitted(state)) return refused('SYSTEM_BUSY', { retryAfterMs: BUSY_RETRY_MS });
    this.kit.openOrders.noteStored(wish, orderId);
    // Somebody was faster with the same key.
    if (handled.outcome === 'rejected') return this.again(submit, { state, revision });
    return { ok: true, order: { state, revision }, replayed: false, accessToken: this.tokenOf(state) };
  }

  private contextOf({ caller, input, orderId }: Submit): CommandContext {
    return {
      commandId: derivedId('command', caller.clientId, input.idempotencyKey, SubmitOrder.operation),
      correlationId: orderId,
      causationId: caller.requestId,
      actor: caller.actor,
      ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
    };
  }

  private tokenOf(state: SubmittedOrder): string {
    return orderTokenOf(this.kit.keyring, state);
  }
}
