import { Recent } from '../../recent';
import type { StoredEvent } from '../../../domain/kernel/event';
import { fromIso, type Instant } from '../../../domain/kernel/time';
import type { OrderEvent } from '../../../domain/order/events';
import type { Account } from '../../../domain/routing/account';
import { attemptNews } from '../../../domain/routing/attempts';
import { measure, type Attempt, type Health, type HealthPolicy, type HealthWindow } from '../../../domain/routing/health';
import { noRecord, recorded, type TrackRecord } from '../../../domain/routing/track-record';

/** Requests whose first answer is awaited, and answers whose event is; what is beyond is forgotten, oldest first. */
const UNDER_WAY_MAX = 50_000;
/** Attempts kept of one account: at more than this in one window, the newest tell as much. */
const ATTEMPTS_KEPT_MAX = 2_048;
/** Gateways and channels that are watched. */
const ACCOUNTS_MAX = 1_000;

interface UnderWay {
  readonly account: Account;
  readonly startedAt: Instant;
}

interface Watched {
  attempts: Attempt[];
  record: TrackRecord;
  /** When the last request ended; probes do not count. */
  usedAt: Instant;
}

/** Makes it the newest entry, and forgets the oldest of more than so many. Unlike `Recent` these are walked through, and an empty one costs nothing. */
function keep<K, V>(entries: Map<K, V>, key: K, value: V, max: number): void {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size <= max) return;
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    return;
  }
}

/**
 * How gateways and channels have been doing lately: a fold in memory over the first answers to requests, as the log tells them. How long an answer
 * took is measured at the call, by the process that makes it: between the events lies also how late that process was. It begins empty with its
 * process, which costs a window's length of knowledge and nothing else.
 */
export class AccountWatch {
  private readonly underWay = new Map<string, UnderWay>();
  /** Calls of this process that have no answer yet: as many as it has slots. */
  private readonly calls = new Map<string, UnderWay>();
  /** How long answers took whose event has not been seen yet. */
  private readonly took = new Recent<string, number>(UNDER_WAY_MAX);
  private readonly watched = new Map<Account, Watched>();

  constructor(private readonly policy: HealthPolicy) {}

  /** This process sends a request now. */
  sent(id: string, account: Account, startedAt: Instant): void {
    this.calls.set(id, { account, startedAt });
  }

  /** The call is over, after so long, however it ended: it is nobody's silence any more that it is not in the log yet. */
  over(id: string, tookMs: number): void {
    this.calls.delete(id);
    this.took.set(id, tookMs);
  }

  /** Sees the events of orders in log order. */
  observe(event: StoredEvent): void {
    const news = attemptNews(event as unknown as OrderEvent);
    if (news === null) return;
    if (news.kind === 'begun') {
      keep(this.underWay, news.id, { account: news.account, startedAt: fromIso(event.occurredAt) }, UNDER_WAY_MAX);
      return;
    }
    const begun = this.underWay.get(news.id);
    this.underWay.delete(news.id);
    if (begun === undefined || news.kind === 'dropped') return;
    const tookMs = this.took.get(news.id);
    const attempt = { startedAt: begun.startedAt, endedAt: fromIso(event.occurredAt), outcome: news.outcome };
    this.note(begun.account, tookMs === undefined ? attempt : { ...attempt, tookMs });
  }

  private note(account: Account, attempt: Attempt): void {
    const watched = this.push(account, attempt);
    watched.record = recorded(watched.record, attempt);
    watched.usedAt = attempt.endedAt;
  }

  private push(account: Account, attempt: Attempt): Watched {
    const watched = this.watched.get(account) ?? { attempts: [], record: noRecord, usedAt: 0 };
    watched.attempts.push(attempt);
    if (watched.attempts.length >= 2 * ATTEMPTS_KEPT_MAX) watched.attempts = watched.attempts.slice(-ATTEMPTS_KEPT_MAX);
    keep(this.watched, account, watched, ACCOUNTS_MAX);
    return watched;
  }

  /** How a question ended that was put only to see whether anybody is there. It says nothing of how long requests take. */
  noteProbe(account: Account, attempt: Omit<Attempt, 'probe'>): void {
    this.push(account, { ...attempt, probe: true });
  }

  /** Those of the accounts at which no request is under way, and to which none was sent since. */
  idle(accounts: readonly Account[], since: Instant): readonly Account[] {
    if (accounts.length === 0) return [];
    const busy = new Set([...this.underWay.values()].map(({ account }) => account));
    return accounts.filter((account) => !busy.has(account) && (this.watched.get(account)?.usedAt ?? 0) <= since);
  }

  record(account: Account): TrackRecord {
    return this.watched.get(account)?.record ?? noRecord;
  }

  /** What the window shows of each account that something was sent to lately. While one is probed, only what was sent since counts. */
  windows(healthOf: (account: Account) => Health | undefined, now: Instant): ReadonlyMap<Account, HealthWindow> {
    const underWay = new Map<Account, Instant[]>();
    for (const { account, startedAt } of this.calls.values()) {
      const there = underWay.get(account);
      if (there === undefined) underWay.set(account, [startedAt]);
      else there.push(startedAt);
    }
    const windows = new Map<Account, HealthWindow>();
    for (const account of new Set([...this.watched.keys(), ...underWay.keys()])) {
      const health = healthOf(account);
      const from = health?.word === 'PROBING' ? health.since : 0;
      const watched = this.watched.get(account);
      if (watched !== undefined) watched.attempts = watched.attempts.filter(({ endedAt }) => endedAt > now - this.policy.windowMs);
      windows.set(account, measure(watched?.attempts ?? [], underWay.get(account) ?? [], now, this.policy, from));
    }
    return windows;
  }
}
