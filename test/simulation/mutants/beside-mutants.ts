import type { Mutant } from './mutant';

const ROUTING = 'domain/routing';
const JOB = 'domain/job';
const trials = 'policy-trials';
const peak = 'coming-peak';

/** Defects in what engines do beside their orders: trials of routing policies, and cards that are bought ahead. */
export const besideMutants: readonly Mutant[] = [
  {
    name: 'whether an order tries a policy is drawn anew for each of its purchases',
    file: `${ROUTING}/policy.ts`,
    from: `export const trialLot = (orderId: string, version: string): number => 100 * unitHash(orderId, 'canary', version);`,
    to: `let draws = 0;\nexport const trialLot = (orderId: string, version: string): number => 100 * unitHash(orderId, 'canary', version, draws++);`,
    caughtBy: ['canary'],
    profile: trials,
    seed: 1,
  },
  {
    name: 'a policy is tried on more orders than was said',
    file: `${ROUTING}/policy.ts`,
    from: `const isIn = trialLot(orderId, version) < canary.percent;`,
    to: `const isIn = trialLot(orderId, version) < 3 * canary.percent;`,
    caughtBy: ['canary'],
    profile: trials,
    seed: 1,
  },
  {
    name: 'a trial is judged by the first orders that there are',
    file: `${ROUTING}/canary-report.ts`,
    from: `  canary.orders >= ordersMin && control.orders >= ordersMin;`,
    to: `  canary.orders >= 2 && control.orders >= 2 && ordersMin > 0;`,
    caughtBy: ['canary'],
    profile: trials,
    seed: 1,
    isFast: true,
  },
  {
    name: 'a policy that was rolled back is tried on',
    file: `${ROUTING}/policy-decider.ts`,
    from: `      case 'CanaryRolledBack':\n        return { active, digests };`,
    to: `      case 'CanaryRolledBack':\n        return { ...state };`,
    caughtBy: ['canary'],
    profile: trials,
    seed: 3,
  },
  {
    name: 'nobody judges a trial',
    file: 'application/run-canary-watch.ts',
    from: `if (canary === undefined) return;`,
    to: `if (canary?.percent !== 0) return;`,
    caughtBy: ['canary'],
    profile: trials,
  },
  {
    name: 'buying ahead forgets what was spent',
    file: `${JOB}/pre-warm.ts`,
    from: `const left = budget.amountMinor - boundMinor(preWarm);`,
    to: `const left = budget.amountMinor - 0 * boundMinor(preWarm);`,
    caughtBy: ['pre-warm'],
    profile: peak,
    seed: 1,
  },
  {
    name: 'buying ahead forgets what was bought',
    file: `${JOB}/pre-warm.ts`,
    from: `return Math.max(0, Math.min(units - unitsBought(preWarm), affordable, UNITS_PER_PURCHASE));`,
    to: `return Math.max(0, Math.min(units - unitsBought(preWarm) > 0 ? units : 0, affordable, UNITS_PER_PURCHASE));`,
    caughtBy: ['pre-warm'],
    profile: peak,
    seed: 1,
  },
  {
    name: 'cards are bought ahead wherever they are sold, paused or ill',
    file: 'domain/order/plan-source.ts',
    from: `if (channel.paused) return 'PAUSED';`,
    to: `if (channel.paused && state.submitted.orderNumber !== '') return 'PAUSED';`,
    caughtBy: ['pre-warm'],
    profile: peak,
  },
  {
    name: 'a code that was bought ahead and is known counts as goods',
    file: 'application/pre-warm/stock-ahead.ts',
    from: `(isOurs ? surplus : known).push(cardId);`,
    to: `(isOurs || known.length === 0 ? surplus : known).push(cardId);`,
    caughtBy: ['I9', 'I3'],
    profile: peak,
  },
  {
    name: 'cards that were bought ahead are never put away',
    file: `${JOB}/pre-warm-plan.ts`,
    from: `const rows = [stockGoods, ...purchaseRows.doubt.map(({ step }) => step)];`,
    to: `const rows = purchaseRows.doubt.map(({ step }) => step);`,
    caughtBy: ['pre-warm', 'I9'],
    profile: peak,
  },
];
