import { toIso } from '../../domain/kernel/time';
import type { Money } from '../../domain/kernel/money';
import type { ApprovalRow, ApprovalStage } from '../../projections/approvals';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels, Row } from '../ports/read-models';
import type { StoreClock } from '../store-clock';
import { pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

export type ApprovalViewStage = ApprovalStage | 'EXPIRED';

export interface ApprovalView {
  readonly id: string;
  readonly action: ApprovalRow['action'];
  readonly subject: string;
  readonly stage: ApprovalViewStage;
  readonly amount: Money | null;
  readonly count: number | null;
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decisionReason: string | null;
  readonly doneAt: string | null;
}

/** What was asked of a second person, newest first. */
export class ListApprovals extends Query<Page<ApprovalView>> {
  static readonly operation = 'approvals';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    /** Only what is neither done nor declined; what has expired is among it. */
    readonly open: boolean = false,
  ) {
    super();
  }
}

export class ListApprovalsHandler implements QueryHandler<ListApprovals> {
  readonly query = ListApprovals;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
    private readonly clock: Pick<StoreClock, 'now'>,
  ) {}

  async execute({ caller, page, open }: ListApprovals): Promise<Page<ApprovalView>> {
    requireRole(ListApprovals, caller);
    const list = { model: 'approvals', filter: open ? { open: { eq: 1 } } : {}, sort: { field: 'requestedAt', direction: 'desc' } } as const;
    const now = this.clock.now();
    return pageOf<ApprovalRow, ApprovalView>(this.readModels, this.mac, list, page, (row) => viewOf(row, now));
  }
}

function viewOf({ key, value }: Row<ApprovalRow>, now: number): ApprovalView {
  const { open, amountMinor, currency, requestedAt, expiresAt, decidedAt, doneAt, stage, ...rest } = value;
  return {
    ...rest,
    id: key,
    stage: open === 1 && expiresAt <= now ? 'EXPIRED' : stage,
    amount: amountMinor === null || currency === null ? null : { amountMinor, currency },
    requestedAt: toIso(requestedAt),
    expiresAt: toIso(expiresAt),
    decidedAt: decidedAt === null ? null : toIso(decidedAt),
    doneAt: doneAt === null ? null : toIso(doneAt),
  };
}
