import type { Channel } from '../domain/catalog/channel';
import type { ApiKey } from '../domain/catalog/api-key';
import type { SkuSettings } from '../domain/catalog/events';
import type { Gateway } from '../domain/catalog/gateway';
import type { Setting } from '../domain/catalog/setting';
import type { DomainEvent, Happened, Position, StoredEvent } from '../domain/kernel/event';
import { categoryOf, idOf } from '../domain/kernel/ids';
import type { Decider } from '../domain/kernel/decider';
import type { KeyState } from '../domain/key/decide';
import type { RoutingPolicyState } from '../domain/routing/policy-decider';
import type { SheddingSetting } from '../domain/shedding/decide';
import type { BlockEvent } from '../domain/block/events';
import { aggregates, LOAD_SHEDDING, ROUTING_POLICY } from './aggregates';
import { BlockBook } from './blocks/block-book';
import { Continuity, type Gap, inWords, isWhole } from './projections/continuity';
import type { EventCodec } from './ports/event-codec';
import type { EventStore } from './ports/event-store';
import type { Runtime } from './ports/runtime';

export type SettingKind = 'sku' | 'gateway' | 'channel' | 'apikey' | 'routing' | 'loadshedding' | 'key' | 'block';
/** Called after a setting has changed, and once for each setting while the catalog is first read. Must not throw. */
export type SettingListener = (kind: SettingKind, id: string) => void;

export interface SettingsDependencies {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly runtime: Runtime;
  /** Told when the log cannot be followed or leaves events out, or holds a setting this program does not understand: that setting stays as it was. */
  readonly onProblem?: (problem: string) => void;
}

const RETRY_MS = 250;

type Fold<T> = Pick<Decider<never, never, T, never>, 'initial'> & { evolve(state: T, event: Happened<DomainEvent>): T };

/** What is known of one kind by id. */
class Shelf<T> {
  readonly items = new Map<string, T>();

  constructor(private readonly fold: Fold<T>) {}

  take(id: string, event: Happened<DomainEvent>): T {
    const next = this.fold.evolve(this.items.get(id) ?? this.fold.initial(id), event);
    this.items.set(id, next);
    return next;
  }
}

/**
 * SKUs, gateways, channels, API keys, routing policies, the end of sealing keys and what is blocked, as they stand, in memory: a fold of the log, kept up by a subscription of its own. It may be
 * behind by the time a change takes to arrive; a decision for which that matters loads the setting's stream instead.
 */
export class Settings {
  private readonly skus = new Shelf<Setting<SkuSettings>>(aggregates.sku.decider);
  private readonly gateways = new Shelf<Gateway>(aggregates.gateway.decider);
  private readonly channels = new Shelf<Channel>(aggregates.channel.decider);
  private readonly apiKeys = new Shelf<ApiKey>(aggregates.apiKey.decider);
  private readonly routing = new Shelf<RoutingPolicyState>(aggregates.routing.decider);
  private readonly shedding = new Shelf<SheddingSetting>(aggregates.loadShedding.decider);
  private readonly keys = new Shelf<KeyState>(aggregates.sealingKey.decider);
  readonly blocks = new BlockBook();
  private readonly shelves: Readonly<Record<Exclude<SettingKind, 'block'>, Shelf<never>>> = {
    sku: this.skus as unknown as Shelf<never>,
    gateway: this.gateways as unknown as Shelf<never>,
    channel: this.channels as unknown as Shelf<never>,
    apikey: this.apiKeys as unknown as Shelf<never>,
    routing: this.routing as unknown as Shelf<never>,
    loadshedding: this.shedding as unknown as Shelf<never>,
    key: this.keys as unknown as Shelf<never>,
  };
  private readonly keyIdsByHash = new Map<string, string>();
  private readonly listeners = new Set<SettingListener>();
  private readonly continuity: Continuity;
  private position: Position | null = null;
  private stopped: string | null = null;
  private markRead: () => void = () => undefined;
  private readonly read = new Promise<void>((resolve) => (this.markRead = resolve));

  constructor(private readonly deps: SettingsDependencies) {
    this.continuity = new Continuity(deps.store, true);
  }

  /** Follows the log until the signal aborts; resolves then. Never rejects. */
  async start(signal: AbortSignal): Promise<void> {
    const { store, runtime } = this.deps;
    while (!signal.aborted) {
      try {
        await this.follow(await store.head(), signal);
      } catch (error) {
        const problem = error instanceof Error ? error.message : 'the log cannot be followed';
        // Tried several times a second: said once is enough until it is another one.
        if (problem !== this.stopped) this.deps.onProblem?.(problem);
        this.stopped = problem;
      }
      if (!signal.aborted) await runtime.sleep(RETRY_MS * (0.5 + runtime.random()), signal);
    }
  }

  /** Resolves when everything that was stored at the start has been read. Never, should the store stay away. */
  ready(): Promise<void> {
    return this.read;
  }

  /** Why the log cannot be followed since it was last read; null while nothing is known to be wrong. */
  get problem(): string | null {
    return this.stopped;
  }

  sku(id: string): Setting<SkuSettings> | undefined {
    return this.skus.items.get(id);
  }

  gateway(id: string): Gateway | undefined {
    return this.gateways.items.get(id);
  }

  channel(id: string): Channel | undefined {
    return this.channels.items.get(id);
  }

  /** How orders choose where to buy. */
  routingPolicy(): RoutingPolicyState {
    return this.routing.items.get(ROUTING_POLICY) ?? aggregates.routing.decider.initial(ROUTING_POLICY);
  }

  /** What the shop does without under load. */
  loadShedding(): SheddingSetting {
    return this.shedding.items.get(LOAD_SHEDDING) ?? aggregates.loadShedding.decider.initial(LOAD_SHEDDING);
  }

  sealingKey(kid: string): KeyState | undefined {
    return this.keys.items.get(kid);
  }

  /** Also a revoked or expired one: the caller says why it does not open anything. `hash` is the SHA-256 of the key, lower-case hex. */
  apiKeyByHash(hash: string): ApiKey | undefined {
    const id = this.keyIdsByHash.get(hash);
    return id === undefined ? undefined : this.apiKeys.items.get(id);
  }

  /** Browser origins that some key may be used from. */
  isOriginOfSomeKey(origin: string): boolean {
    for (const { active, settings } of this.apiKeys.items.values()) if (active && settings?.origins?.includes(origin) === true) return true;
    return false;
  }

  allSkus(): readonly Setting<SkuSettings>[] {
    return [...this.skus.items.values()];
  }

  allGateways(): readonly Gateway[] {
    return [...this.gateways.items.values()];
  }

  allChannels(): readonly Channel[] {
    return [...this.channels.items.values()];
  }

  /** Sealing keys that somebody wanted destroyed. */
  allSealingKeys(): readonly KeyState[] {
    return [...this.keys.items.values()];
  }

  allApiKeys(): readonly ApiKey[] {
    return [...this.apiKeys.items.values()];
  }

  /** Returns how to stop listening. */
  onChange(listener: SettingListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async follow(head: Position | null, signal: AbortSignal): Promise<void> {
    if (head === null) this.markRead();
    const streamPrefixes = [...Object.keys(this.shelves), 'block'].map((category) => `${category}-`);
    for await (const batch of this.deps.store.subscribe({ after: this.position, streamPrefixes, signal })) {
      for (const event of batch.events) {
        const gap = this.continuity.gapBefore(event);
        if (gap !== null) this.takeSkipped(await gap);
        this.take(event);
      }
      this.position = batch.position;
      this.stopped = null;
      if (head !== null && batch.position >= head) this.markRead();
    }
  }

  /** A subscription may leave events out: a price or a pause that nobody heard of would stay for as long as the process lives. */
  private takeSkipped(gap: Gap): void {
    this.deps.onProblem?.(isWhole(gap) ? inWords(gap) : `${inWords(gap)}, and not all of them are there`);
    for (const event of gap.events) this.take(event);
  }

  private take(stored: StoredEvent): void {
    const decoded = this.deps.codec.decode(stored);
    if (decoded.outcome === 'unknown') {
      this.deps.onProblem?.(`${stored.stream} revision ${stored.revision}: ${decoded.why}`);
      return;
    }
    const kind = categoryOf(stored.stream) as SettingKind;
    const id = idOf(stored.stream);
    if (kind === 'apikey') this.takeApiKey(id, decoded.event);
    else if (kind === 'block') this.blocks.take(id, decoded.event as unknown as Happened<BlockEvent>);
    else this.shelves[kind].take(id, decoded.event);
    for (const listener of this.listeners) listener(kind, id);
  }

  /** A key is found by its text and, for a while, by the one before; by those of earlier times no more. */
  private takeApiKey(id: string, event: StoredEvent): void {
    for (const hash of hashesOf(this.apiKeys.items.get(id))) this.keyIdsByHash.delete(hash);
    for (const hash of hashesOf(this.apiKeys.take(id, event))) this.keyIdsByHash.set(hash, id);
  }
}

const hashesOf = (key: ApiKey | undefined): readonly string[] =>
  [key?.settings?.keyHash, key?.previous?.keyHash].filter((hash) => hash !== undefined);
