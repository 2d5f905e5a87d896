import type { CanaryRule, WorseBy } from '../domain/routing/canary-report';
import { derivedId } from '../domain/kernel/ids';
import { aggregates, ROUTING_POLICY, streamOf } from './aggregates';
import type { CanaryTrials } from './canary-trials';
import type { CommandHandling } from './handle-command';
import type { Runtime } from './ports/runtime';
import type { Settings } from './settings';
import { repeat } from './repeat';

export interface CanaryWatchKit {
  readonly commands: CommandHandling;
  readonly settings: Pick<Settings, 'routingPolicy'>;
  readonly trials: CanaryTrials;
  readonly rule: CanaryRule;
  readonly runtime: Runtime;
  /** How often a running trial is looked at. Milliseconds. */
  readonly everyMs: number;
  /** Told of each canary that this process rolled back. Must not throw. */
  readonly onRolledBack: (version: string, worseBy: readonly WorseBy[]) => void;
  /** The store or the read models are away, or others were faster; looked at again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Ends the trial of a routing policy that is clearly worse than the one in use. Two of these do no harm: whoever comes second finds no
 * canary. While read models are away nobody can tell, and the trial goes on. Runs until the signal aborts; never rejects.
 */
export const runCanaryWatch = (kit: CanaryWatchKit, signal: AbortSignal): Promise<void> =>
  repeat(() => judgeCanary(kit), { ...kit, waitMs: () => kit.everyMs }, signal);

/** One look at the trial that runs, if one does. */
export async function judgeCanary({ commands, settings, trials, rule, runtime, onRolledBack }: CanaryWatchKit): Promise<void> {
  const { canary } = settings.routingPolicy();
  if (canary === undefined) return;
  const { version } = canary.policy;
  const report = await trials.report(version);
  const stream = streamOf(aggregates.routing, ROUTING_POLICY);
  const context = {
    commandId: derivedId('command', stream, 'JudgeCanary', runtime.newId()),
    correlationId: stream,
    causationId: stream,
    actor: { kind: 'ENGINE', id: 'canary-watch' },
  } as const;
  const handled = await commands.handle(aggregates.routing, ROUTING_POLICY, { type: 'JudgeCanary', version, report, rule }, context);
  if (handled.outcome !== 'done') return;
  for (const event of handled.events) if (event.type === 'CanaryRolledBack') onRolledBack(version, event.data.worseBy);
}
