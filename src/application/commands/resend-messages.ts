import { z } from 'zod';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Notifier } from '../ports/notifier';
import { refusalOf } from '../refusals';
import { reject } from '../../domain/kernel/rejection';
import { isSubmitted } from '../../domain/order/state';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { SettingResult } from './result';
import type { SettingDesk } from './setting-desk';

/**
 * Tells an endpoint again what it has not heard; or, of one order, everything, under the same message ids. The outbox of whichever process
 * sends does so: an answer says that it is stored, not that it is done.
 */
export class ResendMessages extends Command<SettingResult> {
  static readonly operation = 'resendMessages';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, endpointId: id, orderId: id.optional() });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ResendMessages.input>,
  ) {
    super();
  }
}

export class ResendMessagesHandler implements CommandHandler<ResendMessages> {
  readonly command = ResendMessages;
  constructor(
    private readonly desk: SettingDesk,
    private readonly commands: Pick<CommandHandling, 'load'>,
    private readonly endpoints: readonly Pick<Notifier, 'id' | 'takesRepeats'>[],
  ) {}

  async execute({ caller, input }: ResendMessages): Promise<SettingResult> {
    requireRole(ResendMessages, caller);
    const { endpointId, orderId } = input;
    const endpoint = this.endpoints.find(({ id: known }) => known === endpointId);
    if (endpoint === undefined) return { ok: false, refusal: refusalOf(reject('ENDPOINT_NOT_FOUND')) };
    if (orderId !== undefined) {
      if (!endpoint.takesRepeats) return { ok: false, refusal: refusalOf(reject('ENDPOINT_TAKES_NO_REPEATS')) };
      const { state } = await this.commands.load(aggregates.order, orderId, true);
      if (!isSubmitted(state)) return { ok: false, refusal: refusalOf(reject('ORDER_NOT_FOUND')) };
    }
    const command = { type: 'RequestResend', endpointId, ...(orderId === undefined ? {} : { orderId }) } as const;
    return this.desk.run(ResendMessages, caller, input, aggregates.endpoint, endpointId, command);
  }
}
