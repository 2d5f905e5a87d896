import { fromIso, toIso } from '../../domain/kernel/time';
import type { AuditOutcome, AuditRow } from '../../projections/audit-trail';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { Filter, ReadModels, Row } from '../ports/read-models';
import { BadInput, pageOf, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';

/** Which acts; all that is named must hold. */
export interface AuditWish {
  /** Id of an API key or of a member of staff; of a buyer the order id. */
  readonly actorId?: string;
  /** An event, an operation, or a field as `Type.field`. */
  readonly action?: string;
  /** A stream, such as `order-…` or `apikey-…`. */
  readonly subject?: string;
  readonly outcome?: AuditOutcome;
  /** ISO-8601. From then on, and before then. */
  readonly from?: string;
  readonly to?: string;
}

export type AuditEntryView = Omit<AuditRow, 'at' | 'since'> & { readonly id: string; readonly at: string; readonly since: string };

/** Who did what and who was refused what, newest first. */
export class AuditTrail extends Query<Page<AuditEntryView>> {
  static readonly operation = 'auditTrail';
  static readonly rights: Rights = { roles: ['FINANCE', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly wish: AuditWish = {},
  ) {
    super();
  }
}

const TEXT_CHARACTERS_MAX = 256;

function filterOf({ from, to, ...equals }: AuditWish): Filter {
  const named = Object.entries(equals).filter(([, text]) => text !== undefined);
  const long = named.find(([, text]) => text.length > TEXT_CHARACTERS_MAX);
  if (long !== undefined) throw new BadInput(long[0], `must have at most ${TEXT_CHARACTERS_MAX} characters`);
  const at = { ...(from === undefined ? {} : { gte: fromIso(from) }), ...(to === undefined ? {} : { lt: fromIso(to) }) };
  return { ...Object.fromEntries(named.map(([field, text]) => [field, { eq: text }])), ...(Object.keys(at).length === 0 ? {} : { at }) };
}

export class AuditTrailHandler implements QueryHandler<AuditTrail> {
  readonly query = AuditTrail;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
  ) {}

  async execute({ caller, page, wish }: AuditTrail): Promise<Page<AuditEntryView>> {
    requireRole(AuditTrail, caller);
    const list = { model: 'audit-trail', filter: filterOf(wish), sort: { field: 'at', direction: 'desc' } } as const;
    return pageOf<AuditRow, AuditEntryView>(this.readModels, this.mac, list, page, viewOf);
  }
}

const viewOf = ({ key, value }: Row<AuditRow>): AuditEntryView => ({ ...value, id: key, at: toIso(value.at), since: toIso(value.since) });
