import type { Habits } from './profile';

/** People as they mostly are. */
export const orderly: Habits = {
  clicksAgain: 0.1,
  refreshes: 0.03,
  cancels: 0.02,
  changesMethod: 0.02,
  neverPays: 0.05,
  paysLate: 0.01,
  paysTwice: 0.005,
  misusesKey: 0,
};

/** They do everything that buyers do, and often. */
export const wild: Habits = {
  clicksAgain: 0.4,
  refreshes: 0.2,
  cancels: 0.15,
  changesMethod: 0.2,
  neverPays: 0.08,
  paysLate: 0.12,
  paysTwice: 0.15,
  misusesKey: 0.05,
};
