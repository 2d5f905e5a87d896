import { canonicalJson } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import type { Money } from '../../domain/kernel/money';
import { toIso } from '../../domain/kernel/time';
import type { ApprovalCommand } from '../../domain/approval/decide';
import type { ApprovalAction } from '../../domain/approval/events';
import { aggregates, streamOf } from '../aggregates';
import type { Operation } from '../authorise';
import type { Caller } from '../caller';
import type { ApprovalPolicy } from './approval-policy';
import type { Refused } from './result';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import { refusalOf, refuse } from '../refusals';

/** What is to be done, as the second person will read it. */
export interface ToApprove {
  readonly action: ApprovalAction;
  readonly subject: string;
  readonly amount?: Money;
  readonly count?: number;
}

/** The input of the operation, as it came; it must be the same when it comes again. */
export interface ApprovableInput {
  readonly idempotencyKey: string;
  readonly reason?: string | undefined;
  readonly accessToken?: string | undefined;
}

/** `first` is false when it was carried out before: what follows must then have no second effect. */
export type Approved = { readonly ok: true; readonly first: boolean };

/**
 * What needs a second person. The first call of an operation only leaves a request and is refused with APPROVAL_REQUIRED and the
 * request's id; when another person has approved, the very same call, with the same idempotency key, goes through, once.
 */
export class Approvals {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    readonly policy: ApprovalPolicy,
  ) {}

  isAbove(what: 'confirmPayment' | 'bulkRefund', amountMinor: number): boolean {
    const above = what === 'confirmPayment' ? this.policy.confirmPaymentAboveMinor : this.policy.bulkRefundAboveMinor;
    return above !== null && amountMinor > above;
  }

  /** Asked right before the effect, after everything else that might refuse it. */
  async require(operation: Operation, caller: Caller, input: ApprovableInput, what: ToApprove): Promise<Approved | Refused> {
    const { accessToken: _token, ...asked } = input;
    const id = derivedId('approval', caller.clientId, operation.operation, input.idempotencyKey);
    const digest = this.keyring.fingerprint(canonicalJson({ operation: operation.operation, ...asked }), 'approval');
    const requested = await this.commands.handle(
      aggregates.approval,
      id,
      (at): ApprovalCommand => ({
        type: 'Request',
        request: { ...what, digest, requestedBy: caller.actor, expiresAt: toIso(at + this.policy.validForMs) },
      }),
      contextOf(caller, id, 'request', input.reason),
    );
    if (requested.outcome === 'rejected') return { ok: false, refusal: refusalOf(requested.rejection) };
    if (requested.events.length > 0) return { ok: false, refusal: refuse('APPROVAL_REQUIRED', { details: { approvalId: id } }) };
    const used = await this.commands.handle(
      aggregates.approval,
      id,
      (at): ApprovalCommand => ({ type: 'Use', by: caller.actor, at }),
      contextOf(caller, id, 'use', input.reason),
    );
    if (used.outcome === 'rejected')
      return { ok: false, refusal: { ...refusalOf(used.rejection), details: { ...used.rejection.details, approvalId: id } } };
    return { ok: true, first: used.events.length > 0 };
  }
}

function contextOf(caller: Caller, id: string, step: string, reason: string | undefined): CommandContext {
  return {
    commandId: derivedId('command', id, step),
    correlationId: streamOf(aggregates.approval, id),
    causationId: caller.requestId,
    actor: caller.actor,
    ...(reason === undefined ? {} : { reason }),
    ...(caller.traceparent === undefined ? {} : { traceparent: caller.traceparent }),
  };
}
