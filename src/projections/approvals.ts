import type { ApprovalEvent, ApprovalAction } from '../domain/approval/events';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import { factOf } from './plain';
import type { Projection } from './projection';

/** How far a request is; that its time is over is for the reader to tell. */
export type ApprovalStage = 'WAITING' | 'GRANTED' | 'DECLINED' | 'DONE';

export type ApprovalRow = {
  readonly action: ApprovalAction;
  readonly subject: string;
  readonly stage: ApprovalStage;
  /** 1 until it is done or declined. */
  readonly open: 0 | 1;
  readonly amountMinor: number | null;
  readonly currency: string | null;
  readonly count: number | null;
  /** Why it was asked for. */
  readonly reason: string | null;
  /** Kind and id of whoever asked. */
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly expiresAt: Instant;
  /** Kind and id of whoever said yes or no last, and why. */
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly decisionReason: string | null;
  readonly doneAt: Instant | null;
};

const nameOf = ({ kind, id }: { readonly kind: string; readonly id: string }): string => `${kind} ${id}`;

/** What was asked of a second person, and what became of it. */
export const approvals: Projection<ApprovalRow> = {
  name: 'approvals',
  version: 1,
  categories: ['approval-'],
  indexes: [['requestedAt'], ['open', 'requestedAt']],
  keys: (event) => [idOf(event.stream)],
  project(event, row, approvalId) {
    const fact = factOf<ApprovalEvent>(event);
    const at = fromIso(fact.occurredAt);
    const reason = event.metadata.reason ?? null;
    if (fact.type === 'ApprovalRequested') {
      const { action, subject, amount, count, requestedBy, expiresAt } = fact.data;
      return {
        action,
        subject,
        stage: 'WAITING',
        open: 1,
        amountMinor: amount?.amountMinor ?? null,
        currency: amount?.currency ?? null,
        count: count ?? null,
        reason,
        requestedBy: nameOf(requestedBy),
        requestedAt: at,
        expiresAt: fromIso(expiresAt),
        decidedBy: null,
        decidedAt: null,
        decisionReason: null,
        doneAt: null,
      };
    }
    if (row === null) throw new Error(`approval ${approvalId} does not begin with its request`);
    if (fact.type === 'ApprovalUsed') return { ...row, stage: 'DONE', open: 0, doneAt: at };
    const decided = { decidedBy: nameOf(fact.data.by), decidedAt: at, decisionReason: reason };
    return fact.type === 'ApprovalGranted' ? { ...row, ...decided, stage: 'GRANTED' } : { ...row, ...decided, stage: 'DECLINED', open: 0 };
  },
};
