import type { Simulation } from '../simulate';
import { FAULT_ROWS } from '../world/faults';
import { channelLines } from './channel-figures';
import { neverHit } from './coverage';
import { percentile } from './figures';

const money = (minor: number): string => (minor / 100).toFixed(2);
const duration = (ms: number): string =>
  ms < 1_000
    ? `${ms} ms`
    : ms < 120_000
      ? `${(ms / 1_000).toFixed(1)} s`
      : ms < 7_200_000
        ? `${Math.round(ms / 60_000)} min`
        : `${(ms / 3_600_000).toFixed(1)} h`;
const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, number) => sum + number, 0);
const listed = (counts: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([what, times]) => `  ${String(times).padStart(7)}  ${what}`);

/** Longer than this nobody waits gladly. */
const IN_TIME_MS = 120_000;
const inTime = (values: readonly number[]): string => ((100 * values.filter((ms) => ms <= IN_TIME_MS).length) / values.length).toFixed(1);

/** What the owner of the shop wants to know, in the order in which they ask. */
export function ownerReport(simulation: Simulation, about: string): string {
  const { figures, violations, seeds, orders, faultsInjected, simulatedSeconds, profile } = simulation;
  const delivered = (figures.ends['DELIVERED'] ?? 0) + (figures.ends['PARTLY_DELIVERED'] ?? 0);
  const accepted = total(figures.ends);
  const share = accepted === 0 ? 0 : (100 * delivered) / accepted;
  const waiting = (values: readonly number[]): string =>
    values.length === 0
      ? 'nothing was delivered'
      : `half within ${duration(percentile(values, 0.5))}, 99 of 100 within ${duration(percentile(values, 0.99))}, ${inTime(values)} % within ${duration(IN_TIME_MS)}`;
  return [
    `${profile}: ${about}`,
    `${orders} buyers in ${seeds} runs, ${duration(simulatedSeconds * 1_000)} of shop time, ${faultsInjected} faults`,
    '',
    `Delivered     ${delivered} of ${accepted} accepted orders (${share.toFixed(1)} %)`,
    `From submit   ${waiting(figures.submitToDeliveredMs)}`,
    `From payment  ${waiting(figures.paidToDeliveredMs)}`,
    `Money         ${money(figures.chargedMinor)} taken, ${money(figures.refundedMinor)} given back, ${money(figures.chargedMinor - figures.refundedMinor)} kept`,
    `Refunds       ${total(figures.refunds)}${
      total(figures.refunds) === 0
        ? ''
        : ` (${Object.entries(figures.refunds)
            .map(([cause, times]) => `${times} ${cause}`)
            .join(', ')})`
    }`,
    ...channelLines(figures.channels),
    `For a person  ${figures.inReview} orders`,
    ...(total(figures.refusals) === 0 ? [] : ['', 'Buyers who were turned away:', ...listed(figures.refusals)]),
    ...(total(figures.lost) === 0 ? [] : ['', 'Orders without a delivery, and why:', ...listed(figures.lost)]),
    ...(total(figures.saved) === 0 ? [] : ['', 'Orders that were delivered although', ...listed(figures.saved)]),
    '',
    violations.length === 0 ? 'Every promise was kept.' : 'PROMISES WERE BROKEN:',
    ...violations.map(({ invariant, about: what, seed }) => `  ${invariant}  seed ${seed}: ${what}`),
  ].join('\n');
}

/** Faults × phases: how often each cell was hit. */
export function coverageTable({ coverage }: Pick<Simulation, 'coverage'>): string {
  const rows = FAULT_ROWS.filter((row) => coverage[row] !== undefined);
  const never = neverHit(coverage);
  const lines = rows.map(
    (row) =>
      `  ${row.padEnd(4)} ${Object.entries(coverage[row] ?? {})
        .map(([phase, times]) => `${phase} ${times}`)
        .join(', ')}`,
  );
  return [
    'Faults by the phase of the order they hit:',
    ...lines,
    ...(never.length === 0 ? [] : [`  never hit, and could be: ${never.join(', ')}`]),
  ].join('\n');
}
