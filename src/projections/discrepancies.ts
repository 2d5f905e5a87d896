import type { DiscrepancyEvent, DiscrepancyProblem, Said } from '../domain/discrepancy/events';
import { idOf } from '../domain/kernel/ids';
import type { ClaimKind } from '../domain/ledger/claim';
import { factOf, type Plain } from './plain';
import type { Projection } from './projection';

export type DiscrepancyRow = {
  readonly party: string;
  readonly kind: ClaimKind;
  readonly reference: string;
  readonly problem: DiscrepancyProblem;
  readonly ours: Plain<Said> | null;
  readonly theirs: Plain<Said> | null;
  readonly day: string;
  readonly statementId: string;
  readonly state: 'OPEN' | 'EXPLAINED' | 'SETTLED';
  /** 1 while it is not settled. */
  readonly unsettled: 0 | 1;
  readonly explanation: string | null;
  readonly settledBy: 'MATCHED' | 'PERSON' | null;
  /** ISO-8601 UTC. */
  readonly foundAt: string;
};

/** On what the books and the statements of gateways and channels differ. */
export const discrepancies: Projection<DiscrepancyRow> = {
  name: 'discrepancies',
  version: 1,
  categories: ['discrepancy-'],
  indexes: [['day'], ['party', 'foundAt'], ['unsettled', 'foundAt'], ['state', 'foundAt'], ['foundAt']],
  keys: (event) => [idOf(event.stream)],
  project(event, row) {
    const fact = factOf<DiscrepancyEvent>(event);
    if (fact.type === 'DiscrepancyFound') {
      const { ours, theirs, ...found } = fact.data;
      const fresh = { state: 'OPEN', unsettled: 1, explanation: null, settledBy: null, foundAt: event.occurredAt } as const;
      return { ...found, ours: ours ?? null, theirs: theirs ?? null, ...fresh };
    }
    if (row === null) return null;
    if (fact.type === 'DiscrepancyExplained') return { ...row, state: 'EXPLAINED', explanation: fact.data.explanation };
    return { ...row, state: 'SETTLED', unsettled: 0, settledBy: fact.data.cause };
  },
};
