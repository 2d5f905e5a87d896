/** One order of a trial, as far as it has come. It counts once its first purchase has an outcome. */
export interface TrialOrder {
  /** Whether the first purchase gave what was asked for, with no time-out and no refusal; null while nobody knows. */
  readonly good: boolean | null;
  /** From the first purchase to the delivery, for each card; null before. Milliseconds. */
  readonly msPerCard: number | null;
  readonly unitCostMinor: number | null;
}

/** One side of a trial in numbers. Stored for ever, with what was decided on it. Times are milliseconds per card. */
export interface ArmReport {
  /** Orders whose first purchase has an outcome. */
  readonly orders: number;
  readonly good: number;
  readonly delivered: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Mean and standard deviation of the natural logarithm of the time: a few very slow orders do not hide the rest. In thousandths. */
  readonly logMeanMilli: number;
  readonly logDeviationMilli: number;
  /** Mean cost of one card, minor units; absent when nothing was bought. */
  readonly unitCostMinor?: number;
}

export type CanaryReport = Readonly<Record<'canary' | 'control', ArmReport>>;

const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

export function armReport(orders: readonly TrialOrder[]): ArmReport {
  const decided = orders.filter(({ good }) => good !== null);
  const times = decided.flatMap(({ msPerCard }) => (msPerCard === null ? [] : [msPerCard])).sort((a, b) => a - b);
  const logs = times.map((ms) => Math.log(Math.max(1, ms)));
  const logMean = mean(logs);
  const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - logMean) ** 2, 0) / Math.max(1, logs.length - 1));
  const costs = decided.flatMap(({ unitCostMinor }) => (unitCostMinor === null ? [] : [unitCostMinor]));
  return {
    orders: decided.length,
    good: decided.filter(({ good }) => good === true).length,
    delivered: times.length,
    meanMs: Math.round(mean(times)),
    p50Ms: Math.round(quantile(times, 0.5)),
    p95Ms: Math.round(quantile(times, 0.95)),
    p99Ms: Math.round(quantile(times, 0.99)),
    logMeanMilli: Math.round(1_000 * logMean),
    logDeviationMilli: Math.round(1_000 * deviation),
    ...(costs.length === 0 ? {} : { unitCostMinor: Math.round(mean(costs)) }),
  };
}

/** By what a canary may be worse than what it is compared with. */
export type WorseBy = 'SUCCESS' | 'TIME' | 'COST';

/** When a trial says something, and what. All configurable. */
export interface CanaryRule {
  /** Orders that each side needs before anything is concluded. */
  readonly ordersMin: number;
  /** How many standard errors apart two sides must be to be rolled back by a machine that looks again and again: one chance in seven hundred. */
  readonly rollBackErrors: number;
  /** The same for a person who looks once and would like to promote: one chance in twenty. */
  readonly promoteErrors: number;
  /** A difference in success smaller than this is no reason to roll back. */
  readonly successMargin: number;
  /** Nor are times that are less than so many times as long. */
  readonly timeRatio: number;
  /** A canary whose cards cost more than so many times as much is not promoted. What it costs rolls nothing back: that may be its purpose. */
  readonly costRatio: number;
}

export const defaultCanaryRule: CanaryRule = {
  ordersMin: 50,
  rollBackErrors: 3,
  promoteErrors: 1.65,
  successMargin: 0.02,
  timeRatio: 1.2,
  costRatio: 1.05,
};

export const hasEnough = ({ canary, control }: CanaryReport, { ordersMin }: CanaryRule): boolean =>
  canary.orders >= ordersMin && control.orders >= ordersMin;

/** How much lower the canary's success is, and how many standard errors that is. */
function successLost({ canary, control }: CanaryReport): { readonly share: number; readonly errors: number } {
  const share = control.good / control.orders - canary.good / canary.orders;
  const pooled = (control.good + canary.good) / (control.orders + canary.orders);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / control.orders + 1 / canary.orders));
  return { share, errors: error === 0 ? 0 : share / error };
}

/** How many times as long the canary takes, and how many standard errors that is. */
function timeLost({ canary, control }: CanaryReport): { readonly ratio: number; readonly errors: number } {
  if (canary.delivered < 2 || control.delivered < 2) return { ratio: 1, errors: 0 };
  const later = (canary.logMeanMilli - control.logMeanMilli) / 1_000;
  const variance = ({ logDeviationMilli, delivered }: ArmReport): number => (logDeviationMilli / 1_000) ** 2 / delivered;
  const error = Math.sqrt(variance(canary) + variance(control));
  // All times equal on both sides: any difference is one.
  return { ratio: Math.exp(later), errors: error === 0 ? Math.sign(later) * Infinity : later / error };
}

/**
 * GIVEN a report
 * WHEN  a machine looks, as it does again and again
 * THEN  by what the canary is clearly worse: rarely wrong, and never on few orders
 */
export function clearlyWorse(report: CanaryReport, rule: CanaryRule): readonly WorseBy[] {
  if (!hasEnough(report, rule)) return [];
  const [success, time] = [successLost(report), timeLost(report)];
  return [
    ...(success.share > rule.successMargin && success.errors > rule.rollBackErrors ? ['SUCCESS' as const] : []),
    ...(time.ratio > rule.timeRatio && time.errors > rule.rollBackErrors ? ['TIME' as const] : []),
  ];
}

/** By what the canary seems worse: enough not to promote it. Empty on few orders: ask `hasEnough` first. */
export function seemsWorse(report: CanaryReport, rule: CanaryRule): readonly WorseBy[] {
  if (!hasEnough(report, rule)) return [];
  const { canary, control } = report;
  const dearer =
    canary.unitCostMinor !== undefined && control.unitCostMinor !== undefined && canary.unitCostMinor > control.unitCostMinor * rule.costRatio;
  return [
    ...(successLost(report).errors > rule.promoteErrors ? ['SUCCESS' as const] : []),
    ...(timeLost(report).errors > rule.promoteErrors ? ['TIME' as const] : []),
    ...(dearer ? ['COST' as const] : []),
  ];
}
