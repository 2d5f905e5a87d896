import { z } from 'zod';
import type { ReviewChoice } from '../../domain/order/commands';
import { aboutOf } from '../../domain/order/reviews';
import { Forbidden, needs } from '../authorise';
import type { Caller, Rights, Role } from '../caller';
import { refuse } from '../refusals';
import { Command, type CommandHandler } from './command';
import { amountMinor, id, ofStaff, text } from './input';
import { type OrderDesk, reasonWith } from './order-desk';
import type { OrderResult } from './result';
import type { SecondPerson } from './second-person';

/** Choices that move money or stand in for a gateway are for those who may do the same without a review. */
const RIGHTS: Partial<Readonly<Record<ReviewChoice, readonly Role[]>>> = {
  RETRY: ['SUPPORT', 'OPS', 'ADMIN'],
  REISSUE: ['SUPPORT', 'ADMIN'],
  REFUND: ['SUPPORT', 'FINANCE', 'ADMIN'],
  WRITE_OFF: ['SUPPORT', 'OPS', 'FINANCE', 'ADMIN'],
  REFUND_AGAIN: ['SUPPORT', 'FINANCE', 'ADMIN'],
  CONFIRM_PAYMENT: ['SUPPORT', 'FINANCE', 'ADMIN'],
  CONFIRM_SURPLUS: ['SUPPORT', 'FINANCE', 'ADMIN'],
  CONFIRM_REFUNDED: ['SUPPORT', 'FINANCE', 'ADMIN'],
  NOT_REFUNDED: ['SUPPORT', 'FINANCE', 'ADMIN'],
};

/** What stands in for the word of a gateway needs to be found again. */
const NEEDS_EVIDENCE: ReadonlySet<ReviewChoice> = new Set(['CONFIRM_PAYMENT', 'CONFIRM_SURPLUS', 'CONFIRM_REFUNDED', 'NOT_REFUNDED']);

export const mayChoose = (role: Role, choice: ReviewChoice): boolean => RIGHTS[choice]?.includes(role) ?? true;

const choices = [
  'RETRY',
  'REISSUE',
  'REFUND',
  'CONFIRM_PAYMENT',
  'CONFIRM_SURPLUS',
  'NOT_PAID',
  'CONFIRM_REFUNDED',
  'NOT_REFUNDED',
  'REFUND_AGAIN',
  'WRITE_OFF',
  'UNFREEZE',
  'DISMISS',
] as const satisfies readonly ReviewChoice[];

/** A person has decided what waited for a person, under exactly this subject. Without a choice, the review is called over. */
export class ResolveReview extends Command<OrderResult> {
  static readonly operation = 'resolveReview';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({
    ...ofStaff,
    subject: id,
    choice: z.enum(choices).optional(),
    /** What was seen and where, for choices that stand in for a gateway. */
    evidence: text.optional(),
    amountMinor: amountMinor.optional(),
    transactionId: id.optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResolveReview.input>,
  ) {
    super();
  }
}

export class ResolveReviewHandler implements CommandHandler<ResolveReview> {
  readonly command = ResolveReview;
  constructor(
    private readonly desk: OrderDesk,
    private readonly secondPerson: SecondPerson,
  ) {}

  async execute({ caller, input }: ResolveReview): Promise<OrderResult> {
    const { subject, choice, evidence, amountMinor: amount, transactionId } = input;
    if (choice === undefined) return this.desk.run(ResolveReview, caller, input, { type: 'ResolveReview', subject });
    if (!mayChoose(caller.role, choice)) throw new Forbidden(`${ResolveReview.operation} with ${choice}`, caller.role, needs(RIGHTS[choice] ?? []));
    if (evidence === undefined && NEEDS_EVIDENCE.has(choice)) return { ok: false, refusal: refuse('EVIDENCE_REQUIRED', { field: ['evidence'] }) };
    const facts = { ...(amount === undefined ? {} : { amountMinor: amount }), ...(transactionId === undefined ? {} : { transactionId }) };
    const reason = evidence === undefined ? input.reason : reasonWith(evidence, input.reason);
    if (choice === 'CONFIRM_PAYMENT' || choice === 'CONFIRM_SURPLUS') {
      const vouched = { reference: aboutOf(subject), amountMinor: amount, again: choice === 'CONFIRM_SURPLUS' };
      const refused = await this.secondPerson.vouching(ResolveReview, caller, { ...input, reason }, vouched);
      if (refused !== null) return refused;
    }
    return this.desk.run(ResolveReview, caller, { ...input, reason }, (at) => ({ type: 'AnswerReview', subject, choice, at, ...facts }));
  }
}
