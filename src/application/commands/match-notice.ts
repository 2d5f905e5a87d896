import { z } from 'zod';
import { isRejection } from '../../domain/kernel/rejection';
import { findPayment } from '../../domain/order/state';
import type { ReportedStatus } from '../../domain/order/events';
import { aggregates } from '../aggregates';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import { refusalOf, refuse } from '../refusals';
import { Command, type CommandHandler } from './command';
import { id, ofStaff } from './input';
import { notFound, type OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/**
 * A person says which payment a quarantined notice is about. Nobody is credited for it: the gateway is asked about that payment
 * first, so a wrong match changes nothing.
 */
export class MatchNotice extends Command<OrderResult> {
  static readonly operation = 'matchNotice';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofStaff, noticeId: id, reference: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof MatchNotice.input>,
  ) {
    super();
  }
}

const STATUSES: readonly ReportedStatus[] = ['OPEN', 'PAID', 'DECLINED', 'CLOSED'];
/** What could not be read is taken as a claim of payment: that is what people match notices for. */
const claimOf = (word: string | undefined): ReportedStatus => STATUSES.find((status) => status === word) ?? 'PAID';

export class MatchNoticeHandler implements CommandHandler<MatchNotice> {
  readonly command = MatchNotice;
  constructor(
    private readonly desk: OrderDesk,
    private readonly commands: CommandHandling,
  ) {}

  /** First the order hears of it, then the notice is marked: a crash between the two is put right by the same command again. */
  async execute({ caller, input }: MatchNotice): Promise<OrderResult> {
    const { orderId, noticeId, reference } = input;
    const access = await this.desk.open(MatchNotice, caller, input);
    if (access === null) return notFound();
    const payment = findPayment(access.state, reference);
    if (payment === undefined) return { ok: false, refusal: refuse('PAYMENT_NOT_FOUND', { field: ['reference'] }) };
    const { gatewayId } = payment;
    const match = { type: 'MatchNotice', orderId, reference, gatewayId } as const;
    const { state: notice } = await this.commands.load(aggregates.notice, noticeId, true);
    const verdict = aggregates.notice.decider.decide(match, notice);
    if (isRejection(verdict)) return { ok: false, refusal: refusalOf(verdict) };
    const { claimedStatus, claimedCapturedMinor = 0 } = notice.quarantined ?? {};
    const told = await this.desk.run(MatchNotice, caller, input, {
      type: 'RecordNotice',
      reference,
      gatewayId,
      noticeId,
      claimedStatus: claimOf(claimedStatus),
      claimedCapturedMinor,
      matched: true,
    });
    if (told.ok) await this.commands.handle(aggregates.notice, noticeId, match, this.desk.contextOf(MatchNotice, caller, access, input));
    return told;
  }
}
