import type { ApprovalCommand } from '../../domain/approval/decide';
import type { Instant } from '../../domain/kernel/time';
import { aggregates, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf } from '../refusals';
import type { SettingResult } from './result';
import { staffContext } from './staff-context';

export type ApprovalResult = SettingResult;

interface ApprovalInput {
  readonly idempotencyKey: string;
  readonly reason: string;
  readonly approvalId: string;
}

/** Where the second person decides. */
export class ApprovalDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
  ) {}

  /** Throws Forbidden. */
  async run(operation: Operation, caller: Caller, input: ApprovalInput, command: (at: Instant) => ApprovalCommand): Promise<ApprovalResult> {
    requireRole(operation, caller);
    const { approvalId } = input;
    const handled = await this.commands.handle(
      aggregates.approval,
      approvalId,
      command,
      staffContext(this.keyring, operation, caller, input, streamOf(aggregates.approval, approvalId)),
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, id: approvalId, revision: handled.revision, changed: handled.events.length > 0, replayed: handled.replayed };
  }
}
