import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { canonicalJson } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf } from '../refusals';
import { id, idempotencyKey, reason } from './input';
import type { Refused } from './result';

export type AcknowledgeResult = { readonly ok: true; readonly incidentId: string; readonly replayed: boolean } | Refused;

/** A person knows of it: nobody is reminded any more. It stays open until it is over. */
export class AcknowledgeIncident extends Command<AcknowledgeResult> {
  static readonly operation = 'acknowledgeIncident';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, incidentId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof AcknowledgeIncident.input>,
  ) {
    super();
  }
}

@CommandHandler(AcknowledgeIncident)
export class AcknowledgeIncidentHandler implements ICommandHandler<AcknowledgeIncident> {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
  ) {}

  async execute({ caller, input }: AcknowledgeIncident): Promise<AcknowledgeResult> {
    requireRole(AcknowledgeIncident, caller);
    const { operation } = AcknowledgeIncident;
    const { incidentId } = input;
    const handled = await this.commands.handle(
      aggregates.incident,
      incidentId,
      { type: 'Acknowledge' },
      {
        commandId: derivedId('command', caller.clientId, input.idempotencyKey, operation),
        correlationId: incidentId,
        causationId: caller.requestId,
        actor: caller.actor,
        reason: input.reason,
        fingerprint: this.keyring.fingerprint(canonicalJson({ operation, ...input }), 'command'),
        ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
      },
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, incidentId, replayed: handled.replayed };
  }
}
