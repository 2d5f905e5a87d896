import { z } from 'zod';
import type { ChargebackCommand } from '../../domain/chargeback/decide';
import { derivedId } from '../../domain/kernel/ids';
import { findPayment } from '../../domain/order/state';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import { refuse } from '../refusals';
import { Command, type CommandHandler } from './command';
import { amountMinor, id, idempotencyKey, reason } from './input';
import type { Refused, SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

const steps = ['OPENED', 'EVIDENCE_SENT', 'WON', 'LOST'] as const;
export type ChargebackStep = (typeof steps)[number];

/** What a gateway says of money that a buyer's bank takes back, and what was sent against it. */
export class RecordChargeback extends Command<SettingResult> {
  static readonly operation = 'recordChargeback';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  static readonly input = z
    .strictObject({
      idempotencyKey,
      reason,
      gatewayId: id,
      caseId: id,
      step: z.enum(steps),
      orderId: id.optional(),
      reference: id.optional(),
      amountMinor: amountMinor.optional(),
      evidenceHash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    })
    .refine(
      ({ step, orderId, reference, amountMinor: minor }) => step !== 'OPENED' || [orderId, reference, minor].every((given) => given !== undefined),
      'OPENED needs orderId, reference and amountMinor',
    )
    .refine(({ step, evidenceHash }) => step !== 'EVIDENCE_SENT' || evidenceHash !== undefined, 'EVIDENCE_SENT needs evidenceHash');
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RecordChargeback.input>,
  ) {
    super();
  }
}

export class RecordChargebackHandler implements CommandHandler<RecordChargeback> {
  readonly command = RecordChargeback;
  constructor(
    private readonly desk: SettingDesk,
    private readonly commands: CommandHandling,
  ) {}

  async execute({ caller, input }: RecordChargeback): Promise<SettingResult> {
    requireRole(RecordChargeback, caller);
    const command = input.step === 'OPENED' ? await this.opening(input) : followUp(input);
    if ('ok' in command) return command;
    const chargebackId = derivedId('chargeback', input.gatewayId, input.caseId);
    return this.desk.run(RecordChargeback, caller, input, aggregates.chargeback, chargebackId, command);
  }

  /** The payment is known, was taken by that gateway, and held as much. */
  private async opening(input: RecordChargeback['input']): Promise<ChargebackCommand | Refused> {
    const { gatewayId, caseId, orderId = '', reference = '', amountMinor: minor = 0 } = input;
    const { state } = await this.commands.load(aggregates.order, orderId, true);
    const payment = findPayment(state, reference);
    if (payment?.captured === undefined || payment.gatewayId !== gatewayId)
      return { ok: false, refusal: refuse('PAYMENT_NOT_FOUND', { field: ['reference'] }) };
    const { amountMinor: capturedMinor, currency } = payment.captured;
    if (minor > capturedMinor)
      return { ok: false, refusal: refuse('AMOUNT_TOO_LARGE', { field: ['amountMinor'], details: { refundableMinor: capturedMinor } }) };
    return { type: 'Open', gatewayId, caseId, orderId, reference, amount: { amountMinor: minor, currency } };
  }
}

function followUp({ step, evidenceHash = '' }: RecordChargeback['input']): ChargebackCommand {
  if (step === 'EVIDENCE_SENT') return { type: 'SendEvidence', evidenceHash };
  return step === 'WON' ? { type: 'Win' } : { type: 'Lose' };
}
