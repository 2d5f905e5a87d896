import { ledgerOff, tallyLedger } from '../../src/cli/trial/ledger-tally';
import type { OtherLedgers } from '../../src/cli/trial/trial-shop';
import type { AccountLine } from '../../src/application/finance/ledger-report';
import { classOf, type Account } from '../../src/domain/ledger/accounts';

const line = (account: Account, party: string | undefined, balanceMinor: number, currency = 'CNY'): AccountLine => ({
  ...{ account, currency, class: classOf(account), balanceMinor },
  ...{ debitMinor: Math.max(0, balanceMinor), creditMinor: Math.max(0, -balanceMinor) },
  ...(party === undefined ? {} : { party }),
});
const payment = (capturedMinor: number, refundedMinor: number, currency = 'CNY') => ({ reference: 'r', capturedMinor, refundedMinor, currency });
const purchase = (channelId: string, requestId: string, units: number, status = 'COMPLETED') => ({
  ...{ channelId, requestId, status, unitCostMinor: 4_500, currency: 'CNY' },
  codeHashes: Array.from({ length: units }, (_, at) => `${requestId}-${at}`),
});

/** Two orders at 4,800, of which one went back; two cards and a top-up bought. */
const accounts = [
  line('gateway', 'main', 4_800),
  line('channel', 'upstream-a', -9_000),
  line('channel', 'upstream-c', -4_500),
  line('cardCosts', undefined, 13_500),
  line('revenue', undefined, -4_800),
];
const others: OtherLedgers = {
  payments: [payment(4_800, 0), payment(4_800, 4_800)],
  purchases: [purchase('upstream-a', 'a', 2), purchase('upstream-c', 'b', 0)],
};
const nothingIsInDoubt = (): boolean => false;

describe('the ledger of a demo is held against the ledgers of its gateway and its channels', () => {
  it('equal to the cent is nothing off', () => {
    const counted = tallyLedger({ accounts, parked: 0 }, others, nothingIsInDoubt);
    expect(counted).toEqual({
      ledgerMinor: { 'gateway CNY': 4_800, 'upstream-a CNY': -9_000, 'upstream-c CNY': -4_500 },
      ledgerOffMinor: 0,
      ledgerParked: 0,
    });
    expect(ledgerOff(counted)).toBe(0);
  });

  it('one cent at the gateway is one off', () =>
    expect(tallyLedger({ accounts, parked: 0 }, { ...others, payments: [payment(4_801, 0)] }, nothingIsInDoubt)).toMatchObject({
      ledgerOffMinor: 1,
    }));

  it('differences of two accounts do not make up for each other, nor do two currencies', () => {
    const swapped = { ...others, purchases: [purchase('upstream-a', 'a', 1), purchase('upstream-c', 'b', 2)] };
    expect(tallyLedger({ accounts, parked: 0 }, swapped, nothingIsInDoubt)).toMatchObject({ ledgerOffMinor: 9_000 });
    const dollars = { ...others, payments: [payment(4_800, 0, 'USD')] };
    expect(tallyLedger({ accounts, parked: 0 }, dollars, nothingIsInDoubt)).toMatchObject({ ledgerOffMinor: 9_600 });
  });

  it('what the other side never heard of is off, and so is what the ledger never heard of', () => {
    expect(tallyLedger({ accounts, parked: 0 }, { payments: [], purchases: [] }, nothingIsInDoubt)).toMatchObject({ ledgerOffMinor: 18_300 });
    expect(tallyLedger({ accounts: [], parked: 0 }, others, nothingIsInDoubt)).toMatchObject({ ledgerOffMinor: 18_300 });
  });

  it('a purchase in doubt is no debt yet', () => {
    const more = { ...others, purchases: [...others.purchases, purchase('upstream-a', 'hung', 1)] };
    expect(tallyLedger({ accounts, parked: 0 }, more, ({ requestId }) => requestId === 'hung')).toMatchObject({ ledgerOffMinor: 0 });
    expect(tallyLedger({ accounts, parked: 0 }, more, nothingIsInDoubt)).toMatchObject({ ledgerOffMinor: 4_500 });
  });

  it('debits and credits that are not equal are off, and so are books that could not be read', () => {
    const oneSided = [...accounts.slice(0, -1), line('revenue', undefined, -4_799)];
    expect(tallyLedger({ accounts: oneSided, parked: 0 }, others, nothingIsInDoubt)).toMatchObject({ ledgerOffMinor: 1 });
    expect(ledgerOff(tallyLedger({ accounts, parked: 2 }, others, nothingIsInDoubt))).toBe(2);
  });
});
