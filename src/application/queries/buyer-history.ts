import type { Money } from '../../domain/kernel/money';
import { toIso } from '../../domain/kernel/time';
import { openComplaints } from '../../domain/order/complaints';
import type { OrderStatus } from '../../domain/order/phase';
import { searchKey } from '../../domain/order/search-key';
import { capturedMinor, isSubmitted, refundedMinor, type SubmittedOrder } from '../../domain/order/state';
import type { OrderRow } from '../../projections/orders';
import type { SearchKeyRow } from '../../projections/search-keys';
import { requireRole } from '../authorise';
import { aggregates } from '../aggregates';
import type { BlockBook } from '../blocks/block-book';
import type { Caller, Rights } from '../caller';
import type { CommandHandling } from '../handle-command';
import { contactKeyOf } from '../order-secrets';
import type { Keyring } from '../ports/keyring';
import type { ReadModels, Row } from '../ports/read-models';
import { BadInput } from './page';
import { Query, type QueryHandler } from './query';

/** Whose history: of all three exactly one. */
export interface BuyerAsked {
  /** The shop's own id of the buyer; of one client, where several sell here. */
  readonly buyerRef?: string;
  readonly contact?: string;
  /** Whoever placed this order: by its buyer id and by each way to reach them. */
  readonly orderId?: string;
}

export interface BuyerHistoryView {
  readonly orders: number;
  /** Newest orders beyond the first so many are not in the numbers. */
  readonly truncated: boolean;
  readonly byStatus: readonly { readonly what: OrderStatus; readonly count: number }[];
  /** Everything confirmed captured and returned, one sum for each currency. */
  readonly paid: readonly Money[];
  readonly refunded: readonly Money[];
  readonly complaints: number;
  readonly openComplaints: number;
  readonly upheldComplaints: number;
  /** Payments that gateways refused. */
  readonly declinedPayments: number;
  /** Orders that came with a risk signal. */
  readonly risky: number;
  /** Something that the newest order came with is blocked now. */
  readonly blocked: boolean;
  readonly firstOrderAt: string | null;
  readonly lastOrderAt: string | null;
}

/** Enough to know a buyer by; whoever has more is a shop of its own. */
const ORDERS_MAX = 500;

/** What a buyer was like so far. Null when the order asked by is not there. Throws BadInput when it is not one question. */
export class BuyerHistory extends Query<BuyerHistoryView | null> {
  static readonly operation = 'buyerHistory';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly asked: BuyerAsked,
  ) {
    super();
  }
}

export interface BuyerHistoryKit {
  readonly readModels: Pick<ReadModels, 'find' | 'getMany'>;
  readonly commands: Pick<CommandHandling, 'load' | 'clock'>;
  readonly keyring: Keyring;
  readonly blocks: Pick<BlockBook, 'find'>;
}

export class BuyerHistoryHandler implements QueryHandler<BuyerHistory> {
  readonly query = BuyerHistory;
  constructor(private readonly kit: BuyerHistoryKit) {}

  async execute({ caller, asked }: BuyerHistory): Promise<BuyerHistoryView | null> {
    requireRole(BuyerHistory, caller);
    if (Object.values(asked).filter((one) => one !== undefined).length !== 1)
      throw new BadInput('by', 'takes exactly one of buyerRef, contact and orderId');
    const rows = await this.rowsOf(asked);
    return rows === null ? null : this.viewOf(rows);
  }

  private async rowsOf({ buyerRef, contact, orderId }: BuyerAsked): Promise<readonly Row<OrderRow>[] | null> {
    if (buyerRef !== undefined) return this.byRef({ buyerRef: { eq: buyerRef } });
    if (contact !== undefined) {
      const key = contactKeyOf(this.kit.keyring, contact);
      if (key === null) throw new BadInput('by.contact', 'is neither an e-mail address nor a telephone number');
      return this.byContacts([key]);
    }
    const { state } = await this.kit.commands.load(aggregates.order, orderId ?? '', true);
    // All who were erased are called alike: they are no buyer.
    if (!isSubmitted(state) || state.erasedAt !== undefined) return null;
    const { clientId, buyer } = state.submitted;
    const found = [
      ...(await this.byRef({ buyerRef: { eq: buyer.ref }, clientId: { eq: clientId } })),
      ...(await this.byContacts(buyer.contactKeys ?? [])),
    ];
    return [...new Map(found.map((row) => [row.key, row])).values()];
  }

  private byRef(filter: Readonly<Record<string, { readonly eq: string }>>): Promise<readonly Row<OrderRow>[]> {
    const sort = { field: 'submittedAt', direction: 'desc' } as const;
    return this.kit.readModels.find<OrderRow>('orders', { filter, sort, limit: ORDERS_MAX + 1 });
  }

  private async byContacts(keys: readonly string[]): Promise<readonly Row<OrderRow>[]> {
    if (keys.length === 0) return [];
    const keyed = await this.kit.readModels.find<SearchKeyRow>('search-keys', {
      filter: { find: { in: keys.map((key) => searchKey('contact', key)) } },
      sort: { field: 'at', direction: 'desc' },
      limit: ORDERS_MAX + 1,
    });
    return this.kit.readModels.getMany<OrderRow>('orders', [...new Set(keyed.map(({ value }) => value.orderId))]);
  }

  private viewOf(rows: readonly Row<OrderRow>[]): BuyerHistoryView {
    const newestFirst = [...rows].sort((a, b) => b.value.submittedAt - a.value.submittedAt).slice(0, ORDERS_MAX);
    const states = newestFirst.map(({ value }) => value.state as SubmittedOrder);
    const complaints = states.flatMap((state) => state.complaints);
    const [newest] = states;
    const oldest = states.at(-1);
    return {
      orders: states.length,
      truncated: rows.length > ORDERS_MAX,
      byStatus: countedBy(newestFirst),
      paid: sumsOf(states, capturedMinor),
      refunded: sumsOf(states, refundedMinor),
      complaints: complaints.length,
      openComplaints: states.flatMap(openComplaints).length,
      upheldComplaints: complaints.filter(({ outcome }) => outcome === 'UPHELD').length,
      declinedPayments: states.flatMap(({ payments }) => payments).filter(({ declinedFor }) => declinedFor !== undefined).length,
      risky: states.filter(({ submitted }) => (submitted.risk ?? []).length > 0).length,
      blocked: newest !== undefined && this.isBlocked(newest),
      firstOrderAt: oldest === undefined ? null : toIso(oldest.submittedAt),
      lastOrderAt: newest === undefined ? null : toIso(newest.submittedAt),
    };
  }

  /** By what the log still has of it: a network cannot be told from a digest. */
  private isBlocked({ submitted: { buyer, client } }: SubmittedOrder): boolean {
    const { blocks, commands } = this.kit;
    return (
      blocks.find({ contactKeys: buyer.contactKeys ?? [], addressKey: client?.addressKey, deviceKey: client?.deviceKey }, commands.clock.now()) !==
      null
    );
  }
}

function countedBy(rows: readonly Row<OrderRow>[]): BuyerHistoryView['byStatus'] {
  const counts = new Map<OrderStatus, number>();
  for (const { value } of rows) counts.set(value.status, (counts.get(value.status) ?? 0) + 1);
  return [...counts].map(([what, count]) => ({ what, count }));
}

function sumsOf(states: readonly SubmittedOrder[], minorOf: (state: SubmittedOrder) => number): readonly Money[] {
  const sums = new Map<string, number>();
  for (const state of states) {
    const { currency } = state.submitted.amount;
    sums.set(currency, (sums.get(currency) ?? 0) + minorOf(state));
  }
  return [...sums].map(([currency, amountMinor]) => ({ amountMinor, currency }));
}
