/**
 * The accounts of the shop's ledger. Their names stand in closed days, so they keep their meaning for ever. One with a party has a
 * balance for each gateway or channel.
 */

/** ASSET and EXPENSE grow by debits, LIABILITY and INCOME by credits. */
export type AccountClass = 'ASSET' | 'LIABILITY' | 'INCOME' | 'EXPENSE';

interface AccountKind {
  readonly class: AccountClass;
  readonly party?: 'gateway' | 'channel';
}

export const accounts = {
  /** Taken by a gateway and not yet paid out to the shop. */
  gateway: { class: 'ASSET', party: 'gateway' },
  /** Paid to a channel beforehand and not yet used up; below zero it is owed to the channel. */
  channel: { class: 'ASSET', party: 'channel' },
  /** Sold by a channel and not yet on a card of its own. */
  transit: { class: 'ASSET', party: 'channel' },
  /** Paid to a channel for goods that never came, or came twice; claimed back. */
  disputed: { class: 'ASSET', party: 'channel' },
  /** Taken back by a buyer's bank while the case is open. */
  chargebacks: { class: 'ASSET', party: 'gateway' },
  /** Cards that no order holds, at what they cost. */
  stock: { class: 'ASSET' },
  /** The shop's own money outside of gateways and channels. */
  bank: { class: 'ASSET' },
  /** Paid by buyers for what is not delivered yet. */
  buyerMoney: { class: 'LIABILITY' },
  /** Paid once too often: owed back. */
  surplus: { class: 'LIABILITY' },
  /** Owed to whoever delivered cards for the pool. */
  suppliers: { class: 'LIABILITY' },
  /** What purchases of unknown outcome may still cost. */
  riskProvision: { class: 'LIABILITY', party: 'channel' },
  /** Price of what was delivered. */
  revenue: { class: 'INCOME' },
  /** Given back after delivery. */
  refunds: { class: 'EXPENSE' },
  gatewayFees: { class: 'EXPENSE', party: 'gateway' },
  /** Cost of cards that orders hold, and of top-ups. */
  cardCosts: { class: 'EXPENSE' },
  /** Cost of cards that nobody can be given any more. */
  writeOffs: { class: 'EXPENSE' },
  /** Purchases that nobody waits for any more, and whose outcome is unknown. */
  costAtRisk: { class: 'EXPENSE', party: 'channel' },
  chargebackLosses: { class: 'EXPENSE', party: 'gateway' },
} as const satisfies Readonly<Record<string, AccountKind>>;

export type Account = keyof typeof accounts;
export const accountNames = Object.keys(accounts) as readonly Account[];
export const classOf = (account: Account): AccountClass => accounts[account].class;
