import type { SkuSettings } from '../../domain/catalog/events';
import type { IncidentEvent } from '../../domain/incident/events';
import type { IncidentPolicy } from '../../domain/incident/policy';
import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { AccountOracles, AccountWorld } from './running-accounts';

export interface IncidentWorld extends Pick<AccountWorld, 'now' | 'violated' | 'watchedSince'> {
  readonly accounts: Pick<AccountOracles, 'states'>;
  readonly policy: IncidentPolicy;
}

interface FollowedIncident {
  readonly about: string;
  readonly ordinal: number;
  isOpen: boolean;
  reopened: number;
}

/** What may be an incident, as the raw events have it. */
interface Condition {
  level: 'ALARM' | 'BETWEEN' | 'CALM';
  since: number;
  lastAlarmAt: number;
}

interface FollowedSku {
  readonly available: Set<string>;
  hasHadCards: boolean;
  isActive: boolean;
  isPoolOnly: boolean;
}

/** From what is so to what is stored of it: looks that are some seconds apart, views that lag, a process that stands still for a moment. */
const NOTICED_WITHIN_MS = 40_000;
/** What is stored may rest on a look that is so old. */
const LOOK_LAGS_MAX_MS = 60_000;
const REOPENED_COUNTS_MAX = 4;
const TOLD: ReadonlySet<string> = new Set<IncidentEvent['type']>(['IncidentOpened', 'IncidentReminded', 'IncidentReopened', 'IncidentClosed']);

/**
 * Incidents against what is so by the streams of gateways, channels and cards: of one subject one is open at a time; what lasts is opened, what
 * is over is closed, neither without a reason; and people are told of every step.
 */
export class IncidentOracles {
  private readonly incidents = new Map<string, FollowedIncident>();
  private readonly open = new Map<string, FollowedIncident>();
  private readonly ordinals = new Map<string, number>();
  private readonly conditions = new Map<string, Condition>();
  private readonly skus = new Map<string, FollowedSku>();
  /** Events that somebody has to hear of. */
  private readonly toTell = new Map<string, string>();
  private readonly told = new Set<string>();

  constructor(private readonly world: IncidentWorld) {}

  see(event: StoredEvent): void {
    if (event.stream.startsWith('incident-')) this.incident(idOf(event.stream), event);
    else if (event.stream.startsWith('card-')) this.card(idOf(event.stream), event);
    else if (event.stream.startsWith('sku-')) this.sku(this.skuOf(idOf(event.stream)), event);
  }

  heard(eventId: string): void {
    this.told.add(eventId);
  }

  look(): void {
    const now = this.world.now();
    const watchedSince = this.world.watchedSince() ?? Infinity;
    for (const { about, level } of this.states()) {
      const before = this.conditions.get(about);
      const condition = before?.level === level ? before : { level, since: now, lastAlarmAt: before?.lastAlarmAt ?? -Infinity };
      if (level === 'ALARM') condition.lastAlarmAt = now;
      this.conditions.set(about, condition);
      const lasts = now - Math.max(condition.since, watchedSince);
      const { openAfterMs, closeAfterMs } = this.world.policy;
      const incident = this.open.get(about);
      if (level === 'ALARM' && incident === undefined && lasts > openAfterMs + NOTICED_WITHIN_MS)
        this.world.violated('incident', `${about} is so for ${Math.round(lasts / 1_000)} s, and no incident is open`);
      const calmMs = closeAfterMs * 2 ** Math.min(incident?.reopened ?? 0, REOPENED_COUNTS_MAX);
      if (level === 'CALM' && incident !== undefined && lasts > calmMs + NOTICED_WITHIN_MS)
        this.world.violated('incident', `${about} is over for ${Math.round(lasts / 1_000)} s, and its incident is open`);
    }
  }

  /** When nothing is left to happen. */
  atRest(): void {
    for (const [eventId, what] of this.toTell) if (!this.told.has(eventId)) this.world.violated('incident', `nobody was told of ${what}`);
  }

  private *states(): Iterable<{ readonly about: string; readonly level: Condition['level'] }> {
    for (const { name, level } of this.world.accounts.states()) {
      const [side = '', id = ''] = name.split(' ');
      yield { about: `${side.toUpperCase()}_ILL ${id}`, level };
    }
    for (const [skuId, { available, hasHadCards, isActive, isPoolOnly }] of this.skus)
      if (hasHadCards && isPoolOnly) yield { about: `STOCK_GONE ${skuId}`, level: isActive && available.size === 0 ? 'ALARM' : 'CALM' };
  }

  private incident(id: string, event: StoredEvent): void {
    const fact = event as unknown as IncidentEvent;
    if (TOLD.has(fact.type)) this.toTell.set(event.eventId, `${fact.type} of ${this.incidents.get(id)?.about ?? id}`);
    if (fact.type === 'IncidentOpened') {
      const { kind, subject, ordinal } = fact.data;
      this.begins(id, { about: `${kind} ${subject}`, ordinal, isOpen: false, reopened: 0 });
      return;
    }
    const incident = this.incidents.get(id);
    if (incident === undefined) return this.world.violated('incident', `${id} begins with ${fact.type}`);
    if (fact.type === 'IncidentReopened') {
      incident.reopened++;
      this.opens(incident);
    }
    if (fact.type === 'IncidentClosed') this.closes(incident);
  }

  private begins(id: string, incident: FollowedIncident): void {
    const { about, ordinal } = incident;
    const last = this.ordinals.get(about) ?? 0;
    if (ordinal !== last + 1) this.world.violated('incident', `${about} has an incident ${ordinal} after ${last}`);
    this.ordinals.set(about, ordinal);
    this.incidents.set(id, incident);
    this.opens(incident);
  }

  private opens(incident: FollowedIncident): void {
    const { about } = incident;
    if (this.open.has(about)) this.world.violated('incident', `${about} has two open incidents`);
    incident.isOpen = true;
    this.open.set(about, incident);
    const condition = this.conditions.get(about);
    if (condition !== undefined && condition.lastAlarmAt < this.world.now() - LOOK_LAGS_MAX_MS)
      this.world.violated('incident', `${about} is an incident, and nothing is wrong with it`);
  }

  private closes(incident: FollowedIncident): void {
    const { about } = incident;
    const condition = this.conditions.get(about);
    incident.isOpen = false;
    this.open.delete(about);
    if (condition?.level === 'ALARM' && condition.since < this.world.now() - LOOK_LAGS_MAX_MS)
      this.world.violated('incident', `${about} counts as over, and is as it was`);
  }

  private card(cardId: string, { type, data }: StoredEvent): void {
    const { skuId, available: isFree } = data as { readonly skuId?: string; readonly available?: boolean };
    if (skuId === undefined) return;
    const sku = this.skuOf(skuId);
    switch (type) {
      case 'CardStocked':
      case 'CardRestocked':
        sku.hasHadCards = true;
        return void sku.available.add(cardId);
      case 'CardReleased':
        return void (isFree === true && sku.available.add(cardId));
      case 'CardClaimed':
      case 'CardQuarantined':
      case 'CardVoided':
      case 'CardExpired':
        return void sku.available.delete(cardId);
      default:
        return;
    }
  }

  private sku(sku: FollowedSku, { type, data }: StoredEvent): void {
    if (type === 'SkuConfigured') {
      const { delivery, sources } = data as unknown as SkuSettings;
      sku.isPoolOnly = delivery !== 'manual' && !sources.some(({ kind }) => kind === 'CHANNEL');
    }
    if (type !== 'SkuConfigured') sku.isActive = type === 'SkuResumed';
  }

  private skuOf(skuId: string): FollowedSku {
    const sku = this.skus.get(skuId) ?? { available: new Set<string>(), hasHadCards: false, isActive: true, isPoolOnly: false };
    this.skus.set(skuId, sku);
    return sku;
  }
}
