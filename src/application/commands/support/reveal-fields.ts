import { z } from 'zod';
import type { SubmittedOrder } from '../../../domain/order/state';
import type { Caller, Rights } from '../../caller';
import type { FormFields, OrderSecrets } from '../../order-secrets';
import { KeyMissing, SealBroken } from '../../ports/keyring';
import type { Runtime } from '../../ports/runtime';
import { refuse } from '../../refusals';
import { Command, type CommandHandler } from '../command';
import { ofStaff } from '../input';
import { notFound, type OrderDesk, reasonRequired } from '../order-desk';
import type { OrderResult } from '../result';

export type RevealFieldsResult = OrderResult<{ readonly fields: FormFields }>;

/** Shows a person of the shop what the buyer filled in, such as the account to be served. It may be a password: each look is stored with its reason. */
export class RevealFields extends Command<RevealFieldsResult> {
  static readonly operation = 'revealFields';
  static readonly rights: Rights = { roles: ['SUPPORT', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RevealFields.input>,
  ) {
    super();
  }
}

export class RevealFieldsHandler implements CommandHandler<RevealFields> {
  readonly command = RevealFields;
  constructor(
    private readonly desk: OrderDesk,
    private readonly secrets: OrderSecrets,
    /** Told when stored fields do not open: a key is missing, or they were changed. */
    private readonly onUnreadable: (orderId: string) => void,
    private readonly runtime: Runtime,
  ) {}

  async execute({ caller, input }: RevealFields): Promise<RevealFieldsResult> {
    const access = await this.desk.open(RevealFields, caller, input);
    if (access === null) return notFound();
    if (input.reason === undefined) return reasonRequired();
    // Each look is decided anew, and the decision knows a repeat by itself; so a used key must not hide a later look.
    const look = { ...input, idempotencyKey: this.runtime.newId() };
    const looked = await this.desk.decide(
      input.orderId,
      (at) => ({ type: 'RevealFields', reader: access.actor.id, at }),
      this.desk.contextOf(RevealFields, caller, access, look),
    );
    if (!looked.ok) return looked;
    // The look is stored; only now may plain text come into being.
    const fields = await this.fieldsOf(looked.order.state);
    return fields === null ? { ok: false, refusal: refuse('FIELDS_UNREADABLE'), order: looked.order } : { ...looked, fields };
  }

  /** Null when they do not open. */
  private async fieldsOf({ orderId, submitted }: SubmittedOrder): Promise<FormFields | null> {
    if (submitted.fields === undefined) return {};
    try {
      return await this.secrets.openFields(orderId, submitted.fields);
    } catch (error) {
      if (!(error instanceof KeyMissing) && !(error instanceof SealBroken)) throw error;
      this.onUnreadable(orderId);
      return null;
    }
  }
}
