import { subjectIdFor } from '../../domain/kernel/subject';
import { toIso, type Instant } from '../../domain/kernel/time';
import type { SubjectState } from '../../domain/subject/decide';
import { aggregates } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import { Query, type QueryHandler } from './query';

export interface BuyerErasureView {
  /** The person, by the digest that its keys go by. */
  readonly subject: string;
  readonly status: 'ERASING' | 'ERASED';
  readonly orderedAt: string;
  readonly erasedAt: string | null;
}

const isoOf = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

/** Null where nobody wants the person to be forgotten. */
export function buyerErasureView({ subject, status, orderedAt, erasedAt }: SubjectState): BuyerErasureView | null {
  if (status === 'KNOWN' || orderedAt === undefined) return null;
  return { subject, status, orderedAt: toIso(orderedAt), erasedAt: isoOf(erasedAt) };
}

/** How far the erasure of a buyer is; null when nobody ordered one. */
export class GetBuyerErasure extends Query<BuyerErasureView | null> {
  static readonly operation = 'buyerErasure';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly clientId: string,
    readonly buyerRef: string,
  ) {
    super();
  }
}

export class GetBuyerErasureHandler implements QueryHandler<GetBuyerErasure> {
  readonly query = GetBuyerErasure;
  constructor(private readonly commands: CommandHandling) {}

  async execute({ caller, clientId, buyerRef }: GetBuyerErasure): Promise<BuyerErasureView | null> {
    requireRole(GetBuyerErasure, caller);
    const { state } = await this.commands.load(aggregates.subject, subjectIdFor(clientId, buyerRef), true);
    return buyerErasureView(state);
  }
}
