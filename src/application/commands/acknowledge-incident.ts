import { z } from 'zod';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf } from '../refusals';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { Refused } from './result';
import { staffContext } from './staff-context';

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

export class AcknowledgeIncidentHandler implements CommandHandler<AcknowledgeIncident> {
  readonly command = AcknowledgeIncident;
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
  ) {}

  async execute({ caller, input }: AcknowledgeIncident): Promise<AcknowledgeResult> {
    requireRole(AcknowledgeIncident, caller);
    const { incidentId } = input;
    const handled = await this.commands.handle(
      aggregates.incident,
      incidentId,
      { type: 'Acknowledge' },
      staffContext(this.keyring, AcknowledgeIncident, caller, input, incidentId),
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, incidentId, replayed: handled.replayed };
  }
}
