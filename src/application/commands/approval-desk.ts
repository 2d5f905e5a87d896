import type { ApprovalCommand } from '../../domain/approval/decide';
import { canonicalJson } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import type { Instant } from '../../domain/kernel/time';
import { aggregates, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf } from '../refusals';
import type { SettingResult } from './result';

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
    const { approvalId, idempotencyKey, reason } = input;
    const handled = await this.commands.handle(aggregates.approval, approvalId, command, {
      commandId: derivedId('command', caller.clientId, idempotencyKey, operation.operation),
      correlationId: streamOf(aggregates.approval, approvalId),
      causationId: caller.requestId,
      actor: caller.actor,
      reason,
      fingerprint: this.keyring.fingerprint(canonicalJson({ operation: operation.operation, ...input }), 'command'),
      ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
    });
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, id: approvalId, revision: handled.revision, changed: handled.events.length > 0, replayed: handled.replayed };
  }
}
