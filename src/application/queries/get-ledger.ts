import { type Day, isDay } from '../../domain/closing/day';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { ledgerOfDay, type LedgerView } from '../finance/ledger-report';
import type { ReadModels } from '../ports/read-models';
import { BadInput } from './page';
import { Query, type QueryHandler } from './query';

/** One day of the ledger, by account. */
export class GetLedger extends Query<LedgerView> {
  static readonly operation = 'ledger';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly day: Day,
  ) {
    super();
  }
}

export class GetLedgerHandler implements QueryHandler<GetLedger> {
  readonly query = GetLedger;
  constructor(
    private readonly readModels: ReadModels,
    private readonly timeZone: string,
  ) {}

  async execute({ caller, day }: GetLedger): Promise<LedgerView> {
    requireRole(GetLedger, caller);
    if (!isDay(day)) throw new BadInput('day', 'must be a day, as YYYY-MM-DD');
    return ledgerOfDay(this.readModels, day, this.timeZone);
  }
}
