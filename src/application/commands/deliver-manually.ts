import { z } from 'zod';
import { handInId } from '../../domain/kernel/ids';
import type { PersonCommand } from '../../domain/order/commands';
import type { ReceivedCard } from '../../domain/order/purchase-events';
import type { SubmittedOrder } from '../../domain/order/state';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import type { CardText } from '../card-text';
import type { CommandHandling } from '../handle-command';
import { type OrderSecrets, ownerOf } from '../order-secrets';
import type { Keyring } from '../ports/keyring';
import { sealReceived } from '../received-cards';
import { refuse } from '../refusals';
import type { Catalog } from './catalog';
import { Command, type CommandHandler } from './command';
import { fields, ofStaff, secretText, text, time } from './input';
import { notFound, type OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** Cards of one call; no SKU allows more in one order. */
const CARDS_MAX = 1_000;

/** What a person hands over where no machine does: codes, or a text that says what was done. Sealed before it is stored. */
export class DeliverManually extends Command<OrderResult> {
  static readonly operation = 'deliverManually';
  static readonly rights: Rights = { roles: ['SUPPORT', 'OPS', 'ADMIN'] };
  static readonly input = z
    .strictObject({
      ...ofStaff,
      cards: z
        .array(z.strictObject({ code: secretText, fields: fields.optional(), expiresAt: time.optional() }))
        .min(1)
        .max(CARDS_MAX)
        .optional(),
      receipt: text.optional(),
    })
    .refine(({ cards, receipt }) => cards !== undefined || receipt !== undefined, { path: ['cards'], message: 'cards or a receipt are needed' });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof DeliverManually.input>,
  ) {
    super();
  }
}

type Input = DeliverManually['input'];

export class DeliverManuallyHandler implements CommandHandler<DeliverManually> {
  readonly command = DeliverManually;
  constructor(
    private readonly desk: OrderDesk,
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly secrets: OrderSecrets,
    private readonly catalog: Pick<Catalog, 'sku'>,
  ) {}

  async execute({ caller, input }: DeliverManually): Promise<OrderResult> {
    const access = await this.desk.open(DeliverManually, caller, input);
    if (access === null) return notFound();
    const cards = await this.seal(access.state, input);
    if (await this.isKnown(access.state.orderId, cards)) return { ok: false, refusal: refuse('DUPLICATE_CARD', { field: ['cards'] }) };
    const owner = ownerOf(access.state.orderId, access.state.submitted);
    const receipt = input.receipt === undefined ? {} : { receipt: await this.secrets.seal(owner, input.receipt) };
    const command: PersonCommand = { type: 'DeliverManually', cards, ...receipt };
    return this.desk.run(DeliverManually, caller, input, command);
  }

  private async seal({ orderId, submitted, handIns }: SubmittedOrder, { cards = [] }: Input): Promise<readonly ReceivedCard[]> {
    const { skuId } = submitted;
    const reusable = (await this.catalog.sku(skuId)).settings?.reusable === true;
    const texts = cards.map(({ code, fields: list = [], expiresAt }): CardText => {
      const named = Object.fromEntries(list.map(({ name, value }) => [name, value]));
      return { code: code.trim(), ...(list.length === 0 ? {} : { fields: named }), ...(expiresAt === undefined ? {} : { expiresAt }) };
    });
    return sealReceived(this.keyring, { skuId, requestId: handInId(orderId, handIns + 1), reusable }, texts);
  }

  /** A code that is stock, or was sold before, cannot be handed in; one that was handed in for this order is a repeat. */
  private async isKnown(orderId: string, cards: readonly ReceivedCard[]): Promise<boolean> {
    for (const { cardId } of cards) {
      const { state } = await this.commands.load(aggregates.card, cardId, true);
      if (state.status !== 'ABSENT' && !state.batchId.startsWith(`${orderId}.m`)) return true;
    }
    return false;
  }
}
