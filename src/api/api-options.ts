import type { ApiKey } from '../domain/catalog/api-key';
import type { SkuSettings } from '../domain/catalog/events';
import type { Setting } from '../domain/catalog/setting';
import type { Fresh } from '../application/figures/freshness';
import type { OrderFeed } from '../application/queries/order-feed';
import type { LineFigures, PlaceInLine } from '../application/lines/line';
import type { Sheddable } from '../domain/shedding/events';
import type { RefusedRequest } from '../domain/refusal/refusal-book';
import type { Spans } from '../application/ports/spans';
import type { Runtime } from '../application/ports/runtime';
import type { StaffTokens } from '../application/ports/staff-tokens';

/** 0 = no limit. */
export interface RateLimits {
  /** HTTP requests (callbacks and probes apart) per second and client address. */
  readonly perAddressPerSecond: number;
  /** GraphQL operations per second and API key, or person with a token. */
  readonly perKeyPerSecond: number;
  /** Looks per minute and client address, or ten times as many per key, for orders that are missing or foreign. */
  readonly lookupMissesPerMinute: number;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is missing, in words without secrets; empty when ready. */
  readonly reasons: readonly string[];
}

export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

/** One answered request. Never a header, a body, a token or a query string. */
export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** The route as registered, such as `/callbacks/gateways/:gatewayId`: bounded, so that it may be a metric label. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** What happens at the edge, for logs and metrics. Must not throw. */
export interface ApiObserver {
  answered(line: RequestLine): void;
  /** A defect of ours: the client got INTERNAL and this request id, nothing else. */
  failed(requestId: string, error: unknown): void;
}

/** Everything that the edge needs from the wiring page, besides the command and query handlers behind the two buses. */
export interface ApiOptions {
  /** Introspection and the GraphQL console at GET /graphql. */
  readonly console: boolean;
  /** Origins that may call the API from a browser, such as `https://shop.example`; none but our own when empty. */
  readonly corsOrigins: readonly string[];
  /** Where buyers and guests reach the pages, without a slash at the end; absent where nobody has said. */
  readonly pagesUrl?: string;
  /** Some API key names this origin as one it is used from. A preflight carries no key, so any will do for it. */
  readonly isOriginOfSomeKey: (origin: string) => boolean;
  readonly rateLimits: RateLimits;
  /** Operations and fragments, as GraphQL prints them, that storefronts and buyers may send; absent: whatever they may do. */
  readonly publicOperations?: ReadonlySet<string>;
  /** Live order subscriptions of this node, over both transports. */
  readonly subscriptionsMax: number;
  /** The key whose SHA-256 (lower-case hex) this is, or was; also a revoked or expired one. From memory: it is asked at every request. */
  readonly apiKeyByHash: (hash: string) => ApiKey | undefined;
  /** Absent: API keys alone let staff in. */
  readonly staffTokens?: StaffTokens;
  /** A text of a key has opened something. Must not throw, and must be quick. */
  readonly keyUsed: (key: ApiKey, keyHash: string) => void;
  /** From memory, for the names of what was ordered. */
  readonly skuById: (id: string) => Setting<SkuSettings> | undefined;
  /** Where an order stands among those who wait; null when it does not wait for the shop. From memory. */
  readonly placeOf: (orderId: string) => PlaceInLine | null;
  /** Purchases that a channel has before it. From memory. */
  readonly lineAtChannel: (channelId: string) => LineFigures;
  /** This process does without it for now; counted. From memory. */
  readonly turnsAway: (what: Exclude<Sheddable, 'NEW_ORDERS'>) => boolean;
  /** Somebody was refused something: for the audit trail. Must not throw. */
  readonly refused: (refused: RefusedRequest) => void;
  readonly feed: OrderFeed;
  readonly readiness: () => Readiness | Promise<Readiness>;
  readonly metrics: () => Promise<MetricsPage>;
  /** How fresh lists are; null while nobody knows. Asked for every answer to a query. */
  readonly freshness: () => Promise<Fresh | null>;
  readonly runtime: Runtime;
  readonly spans: Pick<Spans, 'begin'>;
  readonly observer: ApiObserver;
}

export const API_OPTIONS = Symbol('ApiOptions');
