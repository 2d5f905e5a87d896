import type { LedgerView } from '../../application/finance/ledger-report';
import { costOf } from './goods-tally';
import type { LedgerPurchase } from './sandbox-control';
import type { OtherLedgers } from './trial-shop';

/** The shop's double-entry ledger, held against what its gateway and its channels say themselves. */
export interface LedgerTally {
  /** What they hold for the shop by its ledger, and below zero what it owes them: minor units by account and currency. */
  readonly ledgerMinor: Readonly<Record<string, number>>;
  /** Minor units by which the other side says something else of an account, and by which debits and credits differ. 0: equal to the cent. */
  readonly ledgerOffMinor: number;
  /** Streams that are missing from the ledger because one of their events could not be read. */
  readonly ledgerParked: number;
}

export const ledgerOff = ({ ledgerOffMinor, ledgerParked }: LedgerTally): number => ledgerOffMinor + ledgerParked;

/** Purchases in doubt are no debt yet: the ledger has them as a risk, and nobody can say what they cost. */
export function tallyLedger(
  { accounts, parked }: Pick<LedgerView, 'accounts' | 'parked'>,
  { payments, purchases }: OtherLedgers,
  isInDoubt: (purchase: LedgerPurchase) => boolean,
): LedgerTally {
  const [booked, told, sides] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for (const { account, party, currency, balanceMinor } of accounts) {
    add(sides, currency, balanceMinor);
    // Every gateway of a trial is the same one, and has one ledger.
    if (account === 'gateway') add(booked, `gateway ${currency}`, balanceMinor);
    if (account === 'channel') add(booked, `${party ?? account} ${currency}`, balanceMinor);
  }
  for (const { capturedMinor, refundedMinor, currency } of payments) add(told, `gateway ${currency}`, capturedMinor - refundedMinor);
  for (const purchase of purchases) if (!isInDoubt(purchase)) add(told, `${purchase.channelId} ${purchase.currency}`, -costOf(purchase));
  const differences = [...new Set([...booked.keys(), ...told.keys()])].map((key) => (booked.get(key) ?? 0) - (told.get(key) ?? 0));
  return {
    ledgerMinor: Object.fromEntries(booked),
    ledgerOffMinor: [...differences, ...sides.values()].reduce((sum, minor) => sum + Math.abs(minor), 0),
    ledgerParked: parked,
  };
}

const add = (sums: Map<string, number>, key: string, minor: number): void => void sums.set(key, (sums.get(key) ?? 0) + minor);
