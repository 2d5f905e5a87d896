import { healthWordOf, type HealthCommand } from '../domain/catalog/health-setting';
import { derivedId } from '../domain/kernel/ids';
import { accountId, sideOf, type Account } from '../domain/routing/account';
import { healthChange, type Health, type HealthPolicy, type HealthWindow, type HealthWord } from '../domain/routing/health';
import { healthPolicyUnder } from '../domain/routing/policy';
import { aggregates } from './aggregates';
import type { CommandContext, CommandHandling } from './handle-command';
import type { Runtime } from './ports/runtime';
import type { AccountWatch } from './processes/order/account-watch';
import type { Settings } from './settings';
import { repeat } from './repeat';

export interface AccountHealthKit {
  readonly commands: CommandHandling;
  readonly settings: Pick<Settings, 'allGateways' | 'allChannels' | 'gateway' | 'channel' | 'routingPolicy'>;
  readonly watch: AccountWatch;
  readonly policy: HealthPolicy;
  readonly runtime: Runtime;
  /** Told of each change that this process stored. Must not throw. */
  readonly onChanged: (account: Account, from: HealthWord, to: HealthWord, window: HealthWindow) => void;
  /** The store is away, or others were faster; looked at again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const LOOK_EVERY_MS = 1_000;
const NOTHING_SEEN: HealthWindow = { attempts: 0, timedOut: 0, failed: 0, suspects: 0, meanMs: 0 };

/**
 * Writes down how gateways and channels are: once a second each is judged by what this process has seen, and a change is stored on its
 * stream at an exact revision. Two of these do no harm: whoever comes second finds that it is so already. Runs until the signal
 * aborts; never rejects.
 */
export const runAccountHealth = (kit: AccountHealthKit, signal: AbortSignal): Promise<void> =>
  repeat(() => judgeAccounts(kit), { ...kit, waitMs: () => LOOK_EVERY_MS }, signal);

const healthOf = ({ settings }: AccountHealthKit, account: Account): Health | undefined => {
  const id = accountId(account);
  return sideOf(account) === 'gateway' ? settings.gateway(id)?.health : settings.channel(id)?.health;
};

/** One look at every gateway and channel that is in use. */
export async function judgeAccounts(kit: AccountHealthKit): Promise<void> {
  const { commands, settings, watch, policy, runtime, onChanged } = kit;
  // After a pause of our own, answers may lie unread in their sockets: nobody is called silent before they have had their turn.
  await runtime.turn();
  const now = commands.clock.now();
  const ofChannels = healthPolicyUnder(settings.routingPolicy().active, policy);
  const seen = watch.windows((account) => healthOf(kit, account), now);
  const accounts: readonly Account[] = [
    ...settings.allGateways().map(({ id }): Account => `gateway:${id}`),
    ...settings.allChannels().map(({ id }): Account => `channel:${id}`),
  ];
  for (const account of accounts) {
    const window = seen.get(account) ?? NOTHING_SEEN;
    const health = healthOf(kit, account) ?? { word: 'HEALTHY', since: 0, cause: 'RECOVERED', isolations: 0 };
    const change = healthChange(health, window, now, sideOf(account) === 'channel' ? ofChannels : policy);
    if (change === null) continue;
    const from = healthWordOf({ health });
    const command: HealthCommand = { type: 'ChangeHealth', from, ...change, window };
    const context = contextOf(accountId(account), runtime.newId());
    const aggregate = sideOf(account) === 'gateway' ? aggregates.gateway : aggregates.channel;
    const handled = await commands.handle(aggregate as typeof aggregates.gateway, accountId(account), command, context);
    if (handled.outcome === 'done' && handled.events.length > 0) onChanged(account, from, change.to, window);
  }
}

function contextOf(id: string, look: string): CommandContext {
  const actor = { kind: 'ENGINE', id: 'account-health' } as const;
  return { commandId: derivedId('command', id, 'ChangeHealth', look), correlationId: id, causationId: id, actor };
}
