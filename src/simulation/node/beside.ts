import { Background } from '../../application/background';
import { runBulkRepairs } from '../../application/bulk-repair/run-bulk-repairs';
import { CanaryTrials } from '../../application/canary-trials';
import type { PreWarmProcessKit } from '../../application/pre-warm/pre-warm-process';
import { runPreWarm } from '../../application/pre-warm/run-pre-warm';
import type { CommandHandling } from '../../application/handle-command';
import type { OrderSecrets } from '../../application/order-secrets';
import type { Channels } from '../../application/ports/channel';
import type { EventCodec } from '../../application/ports/event-codec';
import type { EventStore } from '../../application/ports/event-store';
import type { Gateways } from '../../application/ports/gateway';
import type { Keyring } from '../../application/ports/keyring';
import type { ReadModels } from '../../application/ports/read-models';
import type { Runtime } from '../../application/ports/runtime';
import { accountViews } from '../../application/account-views';
import { LowStockWatch } from '../../application/incidents/low-stock';
import { runIncidents } from '../../application/incidents/run-incidents';
import type { AccountWatch } from '../../application/processes/order/account-watch';
import type { CallRoom } from '../../application/processes/order/call-room';
import { ChannelOffers } from '../../application/processes/order/channel-offers';
import { runAccountHealth } from '../../application/run-account-health';
import { runCanaryWatch } from '../../application/run-canary-watch';
import { runIdleProbes } from '../../application/run-idle-probes';
import type { Settings } from '../../application/settings';
import { defaultIncidentPolicy, type IncidentPolicy } from '../../domain/incident/policy';
import type { Timing } from '../../domain/order/timing';
import { type CanaryRule, defaultCanaryRule } from '../../domain/routing/canary-report';
import { defaultHealthPolicy, type HealthPolicy } from '../../domain/routing/health';
import { CHANNEL_ASK_MS, PUBLIC_URL } from './order-engine';

/** With few orders a shop has to judge by a few, in a longer time: a simulated day would see no illness otherwise. */
export const watchedHealth: HealthPolicy = { ...defaultHealthPolicy, windowMs: 60_000, attemptsMin: 3, probesMin: 1 };

/** A trial asks for as few orders as a shop may say: a simulated day has not many. */
export const canaryRule: CanaryRule = { ...defaultCanaryRule, ordersMin: 10 };

/** Few are many on a simulated day. */
export const incidentPolicy: IncidentPolicy = { ...defaultIncidentPolicy, waitingOrders: 2, callsInDoubt: 2, reviewsWaiting: 2 };

/** As the product does by default. */
const IDLE_PROBES = { idleAfterMs: 30_000, askEveryMs: 10_000 };
/** Seldomer than the product does: a look at everything costs as much as an order. Milliseconds. */
const INCIDENTS_EVERY_MS = 15_000;
/** How often the product looks by default. Milliseconds. */
const JUDGE_EVERY_MS = 5_000;
const PEAKS_EVERY_MS = 60_000;
/** Slower than the product does: a job lasts long enough to be cut off. */
const REPAIRED_PER_SECOND = 0.5;

/** What engines do beside their orders; in the product all of it. */
export type BesideWork = 'health' | 'trials' | 'pre-warm' | 'idle-probes' | 'incidents' | 'repairs';

export interface BesideKit {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly commands: CommandHandling;
  readonly settings: Settings;
  readonly readModels: ReadModels;
  readonly gateways: Gateways;
  readonly channels: Channels;
  readonly keyring: Keyring;
  readonly secrets: OrderSecrets;
  readonly runtime: Runtime;
  readonly timing: Timing;
  readonly watch: AccountWatch;
  readonly room: CallRoom;
  readonly failed: (what: string, error: unknown) => void;
}

/**
 * What an engine does beside its orders, as the product does it. No lease is asked for: two of each do no harm, and here they have to show it.
 */
export function runBeside(kit: BesideKit, works: ReadonlySet<BesideWork>, signal: AbortSignal): void {
  const { commands, settings, readModels, runtime, watch, failed } = kit;
  const nothing = (): void => undefined;
  const told = (what: string) => (error: unknown) => failed(what, error);
  const health = { commands, settings, watch, runtime, policy: watchedHealth, onChanged: nothing, onFailed: told('health') };
  const trials = { commands, settings, runtime, trials: new CanaryTrials(readModels), rule: canaryRule, everyMs: JUDGE_EVERY_MS };
  const probes = { ...kit, clock: commands.clock, policy: IDLE_PROBES, onProbed: nothing, onFailed: told('idle probes') };
  const lowStock = new LowStockWatch(settings, readModels);
  const incidents = { ...kit, lowStock, policy: incidentPolicy, lookEveryMs: INCIDENTS_EVERY_MS, onStored: nothing, onFailed: told('incidents') };
  if (works.has('health')) void runAccountHealth(health, signal);
  if (works.has('trials')) void runCanaryWatch({ ...trials, onRolledBack: nothing, onFailed: told('the trial of a policy') }, signal);
  if (works.has('pre-warm')) void buyAhead(kit, signal);
  if (works.has('idle-probes')) void runIdleProbes(probes, signal);
  if (works.has('incidents')) void runIncidents(incidents, signal);
  if (works.has('repairs'))
    void runBulkRepairs({ ...kit, ordersPerSecond: REPAIRED_PER_SECOND, onSettled: nothing, onFailed: told('repairs') }, signal);
}

function buyAhead(kit: BesideKit, signal: AbortSignal): Promise<void> {
  const { commands, settings, readModels, channels, keyring, secrets, runtime, timing, watch, room, failed } = kit;
  const background = new Background();
  const isReusable = (skuId: string): boolean => settings.sku(skuId)?.settings?.reusable === true;
  const process: PreWarmProcessKit = {
    commands,
    runtime,
    outside: { channels, keyring, secrets, clock: commands.clock, timing, isReusable },
    room,
    timing,
    healthPolicy: watchedHealth,
    policies: () => settings.routingPolicy(),
    channelView: accountViews({ ...kit, watch, publicUrl: () => PUBLIC_URL, healthPolicy: watchedHealth }, room).channelView,
    background,
    offers: new ChannelOffers({ channels, runtime, onNews: () => undefined, background, askAgainMs: CHANNEL_ASK_MS }),
  };
  return runPreWarm(
    {
      ...process,
      readModels,
      settings,
      spans: { within: (_parent, work) => work() },
      minMargin: undefined,
      lookEveryMs: PEAKS_EVERY_MS,
      onStored: () => undefined,
      onFailed: (error) => failed('buying ahead', error),
    },
    signal,
  );
}
