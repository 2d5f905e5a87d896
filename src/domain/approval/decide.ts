import type { Decider } from '../kernel/decider';
import { exhaustive } from '../kernel/decider';
import type { Actor, ActorKind } from '../kernel/event';
import { reject, type Rejection } from '../kernel/rejection';
import { fromIso, type Instant } from '../kernel/time';
import type { ApprovalAction, ApprovalEvent, RequestedApproval } from './events';

export interface ApprovalState {
  readonly requested?: RequestedApproval;
  readonly grantedBy?: Actor;
  readonly declinedBy?: Actor;
  readonly used: boolean;
}

export type ApprovalCommand =
  | { readonly type: 'Request'; readonly request: RequestedApproval }
  | { readonly type: 'Grant'; readonly by: Actor; readonly at: Instant }
  | { readonly type: 'Decline'; readonly by: Actor; readonly at: Instant }
  | { readonly type: 'Use'; readonly by: Actor; readonly at: Instant };

export type ApprovalRejection = Rejection<
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'APPROVAL_NOT_FOUND'
  | 'APPROVAL_REQUIRED'
  | 'APPROVAL_DECLINED'
  | 'APPROVAL_EXPIRED'
  | 'APPROVAL_ENDED'
  | 'APPROVER_IS_REQUESTER'
  | 'NOT_AN_APPROVER'
>;

/** Who may be the second person, by what is to be done. */
export const approvers: Readonly<Record<ApprovalAction, readonly ActorKind[]>> = {
  CONFIRM_PAYMENT: ['FINANCE', 'ADMIN'],
  BULK_REFUND: ['FINANCE', 'ADMIN'],
  EXPORT_CODES: ['ADMIN'],
  DESTROY_KEY: ['ADMIN'],
  ERASE_BUYER: ['ADMIN'],
};

type Decision = readonly ApprovalEvent[] | ApprovalRejection;

/**
 * GIVEN a request, named by the idempotency key of what is to be done
 * WHEN  it is made
 * THEN  it waits for another person · ALREADY SO when it was made before
 * REJECTED IDEMPOTENCY_KEY_REUSED when that key asked for something else
 */
function request(asked: RequestedApproval, { requested }: ApprovalState): Decision {
  if (requested === undefined) return [{ type: 'ApprovalRequested', data: asked }];
  return requested.digest === asked.digest ? [] : reject('IDEMPOTENCY_KEY_REUSED');
}

/**
 * GIVEN a request that waits
 * WHEN  another person, whose role may, approves of it in time
 * THEN  it may be done once · ALREADY SO when it is approved
 * REJECTED APPROVAL_NOT_FOUND · APPROVER_IS_REQUESTER whatever role the same person comes in · NOT_AN_APPROVER
 * REJECTED APPROVAL_ENDED when it was declined or done · APPROVAL_EXPIRED
 */
function grant(by: Actor, at: Instant, { requested, grantedBy, declinedBy, used }: ApprovalState): Decision {
  if (requested === undefined) return reject('APPROVAL_NOT_FOUND');
  if (requested.requestedBy.id === by.id) return reject('APPROVER_IS_REQUESTER');
  if (!approvers[requested.action].includes(by.kind)) return reject('NOT_AN_APPROVER');
  if (declinedBy !== undefined || used) return reject('APPROVAL_ENDED');
  if (at >= fromIso(requested.expiresAt)) return reject('APPROVAL_EXPIRED');
  return grantedBy === undefined ? [{ type: 'ApprovalGranted', data: { by } }] : [];
}

/**
 * GIVEN a request that was not carried out yet, approved or not
 * WHEN  its requester or a person who might approve says no
 * THEN  it is over for good · ALREADY SO when it is
 * REJECTED APPROVAL_NOT_FOUND · NOT_AN_APPROVER · APPROVAL_ENDED when it was done
 */
function decline(by: Actor, { requested, declinedBy, used }: ApprovalState): Decision {
  if (requested === undefined) return reject('APPROVAL_NOT_FOUND');
  if (requested.requestedBy.id !== by.id && !approvers[requested.action].includes(by.kind)) return reject('NOT_AN_APPROVER');
  if (used) return reject('APPROVAL_ENDED');
  return declinedBy === undefined ? [{ type: 'ApprovalDeclined', data: { by } }] : [];
}

/**
 * GIVEN a request that another person approved of
 * WHEN  it is carried out in time
 * THEN  that is a fact before anything is done · ALREADY SO when it was: what is done then carries the same key and has one effect
 * REJECTED APPROVAL_REQUIRED while nobody has approved · APPROVAL_DECLINED · APPROVAL_EXPIRED
 */
function use(by: Actor, at: Instant, { requested, grantedBy, declinedBy, used }: ApprovalState): Decision {
  if (used) return [];
  if (requested === undefined) return reject('APPROVAL_NOT_FOUND');
  if (declinedBy !== undefined) return reject('APPROVAL_DECLINED');
  if (at >= fromIso(requested.expiresAt)) return reject('APPROVAL_EXPIRED');
  return grantedBy === undefined ? reject('APPROVAL_REQUIRED') : [{ type: 'ApprovalUsed', data: { by } }];
}

export const approval: Decider<ApprovalCommand, ApprovalEvent, ApprovalState, ApprovalRejection> = {
  initial: () => ({ used: false }),
  evolve: (state, event) => {
    switch (event.type) {
      case 'ApprovalRequested':
        return { ...state, requested: event.data };
      case 'ApprovalGranted':
        return { ...state, grantedBy: event.data.by };
      case 'ApprovalDeclined':
        return { ...state, declinedBy: event.data.by };
      case 'ApprovalUsed':
        return { ...state, used: true };
      default:
        return exhaustive(event, state);
    }
  },
  decide: (command, state) => {
    switch (command.type) {
      case 'Request':
        return request(command.request, state);
      case 'Grant':
        return grant(command.by, command.at, state);
      case 'Decline':
        return decline(command.by, state);
      case 'Use':
        return use(command.by, command.at, state);
    }
  },
};
