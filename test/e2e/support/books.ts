import type { LedgerView } from '../../../src/application/finance/ledger-report';
import { dayAt } from '../../../src/domain/closing/day';
import type { LiveShop } from '../../support/live-shop';

type Balance = (account: string, party?: string) => number;

/** The balances of a day, each side added up: debit and credit are equal, and no event is left aside. Minor units. */
async function balancesOn(shop: LiveShop, day: string): Promise<Balance> {
  const { accounts, parked } = JSON.parse((await shop.must(['finance', 'ledger', '--day', day, '--json'])).stdout) as LedgerView;
  expect(parked).toBe(0);
  expect(accounts.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0)).toBe(0);
  return (account, party) =>
    accounts.reduce((sum, line) => sum + (line.account === account && (party === undefined || line.party === party) ? line.balanceMinor : 0), 0);
}

/** The books of a shop at rest against the ledgers of its gateway and its channels, which know the truth whatever they answered: equal to the cent. */
export async function expectBooksAgree(shop: LiveShop, day = dayAt(Date.now(), 'UTC')): Promise<Balance> {
  const balance = await balancesOn(shop, day);
  const { payments } = await shop.sandbox.ledger();
  expect(balance('gateway')).toBe(payments.reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0));
  for (const [id, channel] of shop.channels) {
    const charged = (await channel.purchases()).reduce((sum, { codeHashes, unitCostMinor }) => sum + codeHashes.length * unitCostMinor, 0);
    expect({ id, owed: 0 - balance('channel', id) }).toEqual({ id, owed: charged });
  }
  return balance;
}
