import type { StoredEvent } from '../../domain/kernel/event';
import { derivedId, idOf, paymentReference } from '../../domain/kernel/ids';
import type { HealthChanged, HealthWord } from '../../domain/routing/health';
import { VIEW_LAGS_MAX_MS } from './running-trials';

export interface AccountWorld {
  readonly now: () => number;
  readonly violated: (invariant: string, about: string) => void;
  /** Whether nothing gets there now, in truth. Named `gateway main`. */
  readonly isAway: (account: string) => boolean;
  /** Since when some engine lives without a break, with the stores in reach; null while none does. */
  readonly watchedSince: () => number | null;
}

/** A gateway or channel as its own stream and the world have it. */
interface FollowedAccount {
  isActive: boolean;
  activeSince: number;
  word: HealthWord;
  wordSince: number;
  /** When an order last had anything to do with it. */
  usedAt: number;
  awaySince: number | null;
  lastAwayAt: number;
}

/** Unused, well and watched for so long before it went away, it has answered a question: from then on its silence says something. */
const SETTLED_MS = 90_000;
/** Whoever is away and unused is known to be after so long. */
const KNOWN_WITHIN_MS = 120_000;
/** So long what was seen of an absence counts: a window of health, and what an engine notices late. */
const COUNTS_FOR_MS = 150_000;
const ILL: ReadonlySet<HealthWord> = new Set(['ISOLATED', 'SUB_HEALTHY']);

/**
 * The health of gateways and channels, for days on which they answer everything but while they are away: whoever is away is known to be, also
 * when nobody uses it; nobody is called ill who has answered; and whoever a person has paused is not asked.
 */
export class AccountOracles {
  private readonly accounts = new Map<string, FollowedAccount>();

  constructor(private readonly world: AccountWorld) {}

  see(event: StoredEvent): void {
    const side = /^(gateway|channel)-/.exec(event.stream)?.[1];
    if (side !== undefined) this.setting(`${side} ${idOf(event.stream)}`, event);
    else if (event.stream.startsWith('order-')) this.used(event.data);
  }

  /** A gateway is asked about a payment. */
  asked(gatewayId: string, reference: string): void {
    const account = this.accounts.get(`gateway ${gatewayId}`);
    if (account === undefined || reference !== paymentReference(derivedId('probe', gatewayId), 1)) return;
    const now = this.world.now();
    const { isActive, activeSince, word, wordSince } = account;
    if (!isActive && now > activeSince + VIEW_LAGS_MAX_MS)
      this.world.violated('idle-probe', `${gatewayId} is asked whether it is there, ${Math.round(now - activeSince)} ms after a person paused it`);
    if (isActive && word === 'ISOLATED' && now > wordSince + VIEW_LAGS_MAX_MS)
      this.world.violated('idle-probe', `${gatewayId} is asked whether it is there while it rests`);
  }

  /** One look at everybody, every few seconds. */
  look(): void {
    const now = this.world.now();
    const watchedSince = this.world.watchedSince();
    for (const [name, account] of this.accounts) {
      if (this.world.isAway(name)) account.lastAwayAt = now;
      account.awaySince = this.world.isAway(name) ? (account.awaySince ?? now) : null;
      const { isActive, activeSince, word, wordSince, usedAt, awaySince } = account;
      if (awaySince === null || watchedSince === null || !isActive || word !== 'HEALTHY' || now < awaySince + KNOWN_WITHIN_MS) continue;
      if (Math.max(activeSince, wordSince, usedAt, watchedSince) < awaySince - SETTLED_MS)
        this.world.violated('idle-probe', `${name} is away for ${Math.round((now - awaySince) / 1_000)} s and counts as healthy`);
    }
  }

  /** Since when it has been called ill without a break, or well, by its own stream; paused ones count as well. */
  *states(): Iterable<{ readonly name: string; readonly level: 'ALARM' | 'BETWEEN' | 'CALM' }> {
    for (const [name, { isActive, word }] of this.accounts)
      yield { name, level: !isActive || word === 'HEALTHY' ? 'CALM' : ILL.has(word) ? 'ALARM' : 'BETWEEN' };
  }

  private setting(name: string, { type, data }: StoredEvent): void {
    const now = this.world.now();
    const account = this.accounts.get(name) ?? newAccount(now);
    this.accounts.set(name, account);
    if (type === 'HealthChanged') return this.health(name, account, data as unknown as HealthChanged['data']);
    const isActive = !type.endsWith('Paused');
    if (isActive !== account.isActive) Object.assign(account, { isActive, activeSince: now });
    // New settings and a resumption begin with a clean slate.
    if (/(Configured|Resumed)$/.test(type)) Object.assign(account, { word: 'HEALTHY', wordSince: now });
  }

  private health(name: string, account: FollowedAccount, { to, cause }: HealthChanged['data']): void {
    const now = this.world.now();
    Object.assign(account, { word: to, wordSince: now });
    if (ILL.has(to) && cause !== 'PERSON' && !this.world.isAway(name) && now > account.lastAwayAt + COUNTS_FOR_MS)
      this.world.violated('idle-probe', `${name} is called ${to} for ${cause}, and it has answered everybody`);
  }

  private used({ gatewayId, channelId }: { readonly gatewayId?: string; readonly channelId?: string }): void {
    for (const name of [`gateway ${gatewayId}`, `channel ${channelId}`]) {
      const account = this.accounts.get(name);
      if (account !== undefined) account.usedAt = this.world.now();
    }
  }
}

const newAccount = (now: number): FollowedAccount => ({
  isActive: true,
  activeSince: now,
  word: 'HEALTHY',
  wordSince: now,
  usedAt: now,
  awaySince: null,
  lastAwayAt: -Infinity,
});
