import { type Day, isDay } from '../../domain/closing/day';
import type { StatementRow } from '../../projections/statements';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { ReadModels } from '../ports/read-models';
import { BadInput, TOTAL_COUNT_CAP } from './page';
import { Query, type QueryHandler } from './query';

export type StatementView = Omit<StatementRow, 'carried'> & { readonly id: string };

/** What came of the statements of one day. Counts stop at 10,000. */
export interface ReconciliationView {
  readonly day: Day;
  readonly statements: readonly StatementView[];
  readonly open: number;
  readonly explained: number;
  readonly settled: number;
}

const STATEMENTS_MAX = 100;

/** Statements that were held against the books of a day, and how many differences of that day there are. */
export class GetReconciliation extends Query<ReconciliationView> {
  static readonly operation = 'reconciliation';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly day: Day,
  ) {
    super();
  }
}

export class GetReconciliationHandler implements QueryHandler<GetReconciliation> {
  readonly query = GetReconciliation;
  constructor(private readonly readModels: ReadModels) {}

  async execute({ caller, day }: GetReconciliation): Promise<ReconciliationView> {
    requireRole(GetReconciliation, caller);
    if (!isDay(day)) throw new BadInput('day', 'must be a day, as YYYY-MM-DD');
    const count = (state: string): Promise<number> =>
      this.readModels.count('discrepancies', { day: { eq: day }, state: { eq: state } }, TOTAL_COUNT_CAP);
    const [rows, open, explained, settled] = await Promise.all([
      this.readModels.find<StatementRow>('statements', { filter: { day: { eq: day } }, limit: STATEMENTS_MAX }),
      count('OPEN'),
      count('EXPLAINED'),
      count('SETTLED'),
    ]);
    const statements = rows.map(({ key: id, value: { carried: _carried, ...statement } }) => ({ ...statement, id }));
    return { day, statements, open, explained, settled };
  }
}
