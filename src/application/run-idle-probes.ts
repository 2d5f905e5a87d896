import { derivedId, paymentReference } from '../domain/kernel/ids';
import { accountId, sideOf, type Account } from '../domain/routing/account';
import type { AttemptOutcome, Health } from '../domain/routing/health';
import type { Channels } from './ports/channel';
import type { Gateways } from './ports/gateway';
import type { CallAnswer, CallOptions } from './ports/outside-call';
import type { Runtime } from './ports/runtime';
import type { AccountWatch } from './processes/order/account-watch';
import { repeat } from './repeat';
import type { Settings } from './settings';
import type { StoreClock } from './store-clock';
import { productsOf } from './supply/products-of';

/** When a gateway or channel that nobody uses is asked whether it is there. */
export interface IdleProbePolicy {
  /** Nothing was sent to it for so long. */
  readonly idleAfterMs: number;
  /** From one question to the next; after one without an answer it is asked again at the next tick. */
  readonly askEveryMs: number;
}

export interface IdleProbesKit {
  readonly settings: Pick<Settings, 'allGateways' | 'allChannels' | 'allSkus'>;
  readonly gateways: Gateways;
  readonly channels: Channels;
  readonly watch: AccountWatch;
  readonly clock: Pick<StoreClock, 'now'>;
  readonly runtime: Runtime;
  readonly policy: IdleProbePolicy;
  /** Told how each question ended. Must not throw. */
  readonly onProbed: (account: Account, outcome: AttemptOutcome) => void;
  /** Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const TICK_MS = 1_000;
const ASK_TIMEOUT_MS = 3_000;
/** Accounts that are asked at one time, by each process. */
const AT_ONCE_MAX = 4;

/**
 * Puts a cheap question to whoever nobody uses, so that an outage is known before the first buyer meets it. Its answers go into the same windows
 * as those of real requests. Runs until the signal aborts; never rejects.
 */
export function runIdleProbes(kit: IdleProbesKit, signal: AbortSignal): Promise<void> {
  const probes = new IdleProbes(kit, signal);
  return repeat(() => probes.tick(), { ...kit, waitMs: () => Math.min(TICK_MS, kit.policy.askEveryMs) }, signal);
}

interface Asked {
  readonly nextAtMs: number;
  /** It has answered such a question before. One that never did may not know the question: its silence says nothing. */
  readonly hasAnswered: boolean;
}

export class IdleProbes {
  /** As many as there are gateways and channels. */
  private readonly asked = new Map<Account, Asked>();
  /** What was sent before it began, a process does not know: until then nobody is idle. */
  private readonly begunMs: number;

  constructor(
    private readonly kit: IdleProbesKit,
    private readonly signal: AbortSignal,
  ) {
    this.begunMs = kit.runtime.monotonicMs();
  }

  /** Asks everybody who is idle and due, once. */
  async tick(): Promise<void> {
    const { watch, clock, runtime, policy } = this.kit;
    const nowMs = runtime.monotonicMs();
    if (nowMs - this.begunMs < policy.idleAfterMs) return;
    const due = this.accounts().filter((account) => (this.asked.get(account)?.nextAtMs ?? 0) <= nowMs);
    const idle = watch.idle(due, clock.now() - policy.idleAfterMs);
    for (let from = 0; from < idle.length && !this.signal.aborted; from += AT_ONCE_MAX)
      await Promise.all(idle.slice(from, from + AT_ONCE_MAX).map((account) => this.probe(account)));
  }

  /** Those in use. Whoever is isolated rests, and whoever a person has paused is nobody's business. */
  private accounts(): readonly Account[] {
    const { settings } = this.kit;
    const isUp = ({ active, health }: { readonly active: boolean; readonly health?: Health }): boolean => active && health?.word !== 'ISOLATED';
    return [
      ...settings
        .allGateways()
        .filter(isUp)
        .map(({ id }): Account => `gateway:${id}`),
      ...settings
        .allChannels()
        .filter(isUp)
        .map(({ id }): Account => `channel:${id}`),
    ];
  }

  private async probe(account: Account): Promise<void> {
    const { watch, clock, runtime, policy, onProbed } = this.kit;
    const [startedAt, sentAtMs] = [clock.now(), runtime.monotonicMs()];
    const answer = await this.ask(account, { timeoutMs: ASK_TIMEOUT_MS, signal: this.signal });
    if (answer === undefined || this.signal.aborted) return;
    const outcome = outcomeOf(answer);
    const hasAnswered = outcome === 'GOOD' || this.asked.get(account)?.hasAnswered === true;
    const waitMs = outcome === 'GOOD' || !hasAnswered ? policy.askEveryMs * (0.75 + runtime.random() / 2) : 0;
    this.asked.set(account, { nextAtMs: runtime.monotonicMs() + waitMs, hasAnswered });
    if (!hasAnswered) return;
    watch.noteProbe(account, { startedAt, endedAt: clock.now(), outcome, tookMs: runtime.monotonicMs() - sentAtMs });
    onProbed(account, outcome);
  }

  /** A payment that nobody ever made, or what a product costs: whatever is said to it, nothing moves. Undefined where nothing can be asked. */
  private ask(account: Account, options: CallOptions): Promise<CallAnswer<unknown>> | undefined {
    const { gateways, channels, settings } = this.kit;
    const id = accountId(account);
    if (sideOf(account) === 'gateway') {
      const gateway = gateways.find(id);
      return gateway?.flags.lookup === true ? gateway.query(paymentReference(derivedId('probe', id), 1), options) : undefined;
    }
    const [product] = productsOf(settings, id);
    const channel = channels.find(id);
    return product === undefined ? channel?.balance(options) : channel?.stock(product, options);
  }
}

/** Any word is good, also "no", "not now" and "never heard of it". */
function outcomeOf(answer: CallAnswer<unknown>): AttemptOutcome {
  if (answer.outcome === 'unknown') return answer.cause === 'TIMEOUT' ? 'TIMED_OUT' : 'FAILED';
  return answer.outcome === 'notDone' && answer.code !== 'HTTP_429' ? 'FAILED' : 'GOOD';
}
