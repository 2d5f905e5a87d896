import { z } from 'zod';
import { defaultReviewDeadlines, reviewDeadlinesText } from '../application/queries/review-deadlines';
import { defaultEngineLimits } from '../application/engine/engine-kit';
import { isTimeZone } from '../domain/closing/day';
import { defaultTiming } from '../domain/order/timing';
import { approvalSettings } from './approval-settings';
import { canarySettings } from './canary-settings';
import { captchaSettings } from './captcha-settings';
import { jwtSettings } from './jwt-settings';
import { keySettings } from './key-settings';
import { dailySettings } from './daily-settings';
import { healthSettings } from './health-settings';
import { timeoutSettings } from './timeout-settings';
import { laneSettings } from './lane-settings';
import { queueSettings } from './queue-settings';
import { outboxSettings } from './outbox-settings';
import { incidentSettings } from './incident-settings';
import { retrySettings } from './retry-settings';
import { sheddingSettings } from './shedding-settings';
import { supplySettings } from './supply-settings';
import { secret, setting } from './setting';
import { count, flag, isAddressRange, list, reviewDeadlines, ROLES, stages, text, wholeMs } from './shapes';

/** Every setting there is: name, meaning and default. The table in the docs is made from this. */
export const settings = {
  CARDRAIL_ENV: setting(
    z.enum(['development', 'test', 'production']),
    'development',
    'production refuses development keys, and switches introspection and the GraphQL console off',
  ),
  CARDRAIL_DATA_DIR: setting(text, 'data', 'folder of the embedded stores, the keyring and the wake snapshot'),
  CARDRAIL_HOST: setting(text, '127.0.0.1', 'address to listen on'),
  CARDRAIL_PORT: setting(z.coerce.number().int().min(0).max(65_535), '4000', 'port to listen on; 0 = any free one'),
  CARDRAIL_PUBLIC_URL: setting(
    z.url().max(500).optional(),
    undefined,
    'base of notifyUrl and of the order links in mails; http://HOST:PORT when absent',
  ),
  CARDRAIL_ROLES: setting(list.pipe(z.array(z.enum(ROLES)).min(1)), ROLES.join(','), 'what this process does: api, engine, projector, outbox'),
  CARDRAIL_STORE: setting(z.enum(['embedded', 'eventstoredb']), 'embedded', 'event store'),
  CARDRAIL_EVENTSTORE_URL: secret(
    text.regex(/^esdb(\+discover)?:\/\//, 'must begin with esdb:// or esdb+discover://').optional(),
    'connection string of EventStoreDB; needed with CARDRAIL_STORE=eventstoredb, and to move there',
  ),
  CARDRAIL_READ_MODELS: setting(
    z.enum(['embedded', 'mongodb']),
    'embedded',
    'store of the read models, and of what processes on several machines share: leases and the place of the outbox',
  ),
  CARDRAIL_MONGODB_URL: secret(
    text.regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://').optional(),
    'address of MongoDB; needed with CARDRAIL_READ_MODELS=mongodb',
  ),
  CARDRAIL_KEYRING_FILE: setting(text.optional(), undefined, 'keyring; DATA_DIR/keyring.json when absent'),
  CARDRAIL_LOG_LEVEL: setting(z.enum(['debug', 'info', 'warn', 'error', 'silent']), 'info', 'least severe log line that is written (stderr, JSON)'),
  CARDRAIL_DRAIN_NOTICE_MS: setting(
    wholeMs.optional(),
    undefined,
    'on SIGTERM, how long readiness is red before the listener closes, so that load balancers see it; 2000 in production, else 0, when absent',
  ),
  CARDRAIL_DRAIN_MS: setting(wholeMs, '10000', 'on SIGTERM, how long running requests and outside calls may finish'),
  CARDRAIL_PROBE_PORT: setting(
    z.coerce.number().int().min(1).max(65_535).optional(),
    undefined,
    'port of a listener of its own for /livez, /readyz and /metrics, also in a process without the api role; none when absent',
  ),
  CARDRAIL_TRUST_PROXY: setting(
    list.pipe(z.array(z.string().refine(isAddressRange, 'must hold IP addresses or CIDR ranges'))),
    '',
    'reverse proxies whose X-Forwarded-For is believed: addresses or CIDR ranges, comma-separated',
  ),
  CARDRAIL_OTLP_ENDPOINT: setting(
    z.url({ protocol: /^https?$/ }).optional(),
    undefined,
    'base URL of an OpenTelemetry collector (OTLP over HTTP) that gets spans at /v1/traces; no tracing when absent',
  ),
  CARDRAIL_GRAPHQL_CONSOLE: setting(flag.optional(), undefined, 'introspection and the console at GET /graphql; on outside production unless told'),
  CARDRAIL_CORS_ORIGINS: setting(list, '', 'origins that may call the API from a browser, comma-separated'),
  CARDRAIL_PUBLIC_OPERATIONS: setting(
    text.optional(),
    undefined,
    'file of GraphQL operations and fragments: the only ones that storefronts and buyers may send; all that their roles may when absent',
  ),
  CARDRAIL_RATE_LIMIT_PER_ADDRESS: setting(
    count,
    '0',
    'HTTP requests per second and client address; 0 = no limit outside production, 200 in production',
  ),
  CARDRAIL_LOOKUP_MISSES_PER_MINUTE: setting(
    count,
    '0',
    'looks for orders that are missing or foreign, per minute and client address (ten times as many per key), before the answer is RATE_LIMITED; 0 = no limit outside production, 60 in production',
  ),
  CARDRAIL_RATE_LIMIT_PER_KEY: setting(count, '0', 'GraphQL operations per second and API key; 0 = no limit'),
  CARDRAIL_SUBMITS_IN_FLIGHT_MAX: setting(count.min(1), '2000', 'orders being stored at once per node; above it the answer is SYSTEM_BUSY'),
  CARDRAIL_SUBSCRIPTIONS_MAX: setting(count.min(1), '10000', 'live order subscriptions per node'),
  CARDRAIL_PAYMENT_TIMEOUT_MS: setting(wholeMs.min(10), `${defaultTiming.paymentTimeoutMs}`, 'how long one payment or refund call may take'),
  CARDRAIL_ISSUE_TIMEOUT_MS: setting(wholeMs.min(10), `${defaultTiming.issueTimeoutMs}`, 'how long one call of an issuing channel may take'),
  CARDRAIL_PURCHASE_ASK_MS: setting(wholeMs.min(10), `${defaultTiming.purchaseAskMs}`, 'when a purchase that is not over is first asked about again'),
  CARDRAIL_REROUTE_AFTER_MS: setting(
    wholeMs.min(10),
    `${defaultTiming.rerouteAfterMs}`,
    'a purchase in doubt this old is given up for another source, where the terms would rather reroute',
  ),
  CARDRAIL_CHANNEL_ASK_MS: setting(wholeMs.min(10), '5000', 'how often a channel is asked for stock and price of what orders look for there'),
  CARDRAIL_PERFORM_WITHIN_MS: setting(wholeMs.min(10), `${defaultTiming.performWithinMs}`, 'how long after its intent was stored a call may be sent'),
  CARDRAIL_ANSWER_SLACK_MS: setting(wholeMs, `${defaultTiming.answerSlackMs}`, 'added to the two above before another engine may resolve the call'),
  CARDRAIL_RETRY_BASE_MS: setting(wholeMs.min(1), `${defaultTiming.retryBaseMs}`, 'first retry delay; doubles with each attempt'),
  CARDRAIL_RETRY_CAP_MS: setting(wholeMs.min(1), `${defaultTiming.retryCapMs}`, 'longest retry delay before jitter'),
  CARDRAIL_RETRY_JITTER_MS: setting(wholeMs, `${defaultTiming.retryJitterMs}`, 'spread of retry delays'),
  CARDRAIL_ATTEMPTS_MAX: setting(count.min(1).max(20), `${defaultTiming.attemptsMax}`, 'new outside requests of one step'),
  CARDRAIL_CHECK_STAGES_MS: setting(stages, defaultTiming.checkStagesMs.join(','), 'an open payment is asked about so long after it was requested'),
  CARDRAIL_AFTER_CARE_STAGES_MS: setting(
    stages,
    defaultTiming.afterCareStagesMs.join(','),
    'a payment that cannot be proven closed is asked about so long after pay-within or the end',
  ),
  CARDRAIL_DOUBT_REVIEW_AFTER_MS: setting(wholeMs, `${defaultTiming.doubtReviewAfterMs}`, 'a doubt this old is shown to a person'),
  CARDRAIL_PENDING_ASK_MS: setting(wholeMs.min(10), `${defaultTiming.pendingAskMs}`, 'a pending refund is asked about at this interval'),
  CARDRAIL_NO_PROGRESS_AFTER_MS: setting(
    wholeMs.min(100),
    `${defaultTiming.noProgressAfterMs}`,
    'past its times and without any event for so long, an order is shown to a person',
  ),
  CARDRAIL_REVIEW_WITHIN_MINUTES: setting(
    reviewDeadlines,
    reviewDeadlinesText(defaultReviewDeadlines),
    'how long a person may take to answer a review, in minutes by kind; what is not named keeps its default',
  ),
  CARDRAIL_TIME_ZONE: setting(
    text.refine(isTimeZone, 'must be an IANA time zone such as Asia/Shanghai'),
    'UTC',
    "time zone of the shop's calendar: where the days of its ledger begin and end",
  ),
  ...timeoutSettings,
  ...retrySettings,
  ...healthSettings,
  ...approvalSettings,
  ...jwtSettings,
  ...captchaSettings,
  ...keySettings,
  ...laneSettings,
  ...queueSettings,
  ...canarySettings,
  CARDRAIL_ENGINE_CALLS_MAX: setting(count.min(1), `${defaultEngineLimits.callsMax}`, 'outside calls in flight per engine'),
  CARDRAIL_ENGINE_RUNNING_MAX: setting(count.min(1), `${defaultEngineLimits.runningMax}`, 'orders an engine works on at once'),
  CARDRAIL_ENGINE_WAKES_PER_SECOND: setting(
    count.min(1),
    `${defaultEngineLimits.wakesPerSecond}`,
    'orders that waited for stock or a channel and are taken up again per second when it is back',
  ),
  CARDRAIL_ENGINE_STUCK_FIRST_MS: setting(wholeMs.min(1), `${defaultEngineLimits.stuckFirstMs}`, 'first back-off of an order that got nowhere'),
  CARDRAIL_ENGINE_STUCK_MAX_MS: setting(wholeMs.min(1), `${defaultEngineLimits.stuckMaxMs}`, 'longest back-off of an order that got nowhere'),
  CARDRAIL_ENGINE_SNAPSHOT_EVERY_MS: setting(
    wholeMs.min(100),
    `${defaultEngineLimits.snapshotEveryMs}`,
    'how often the wake index is written to its file',
  ),
  CARDRAIL_ENGINE_OVERDUE_MS: setting(
    wholeMs.min(100),
    `${defaultEngineLimits.overdueMs}`,
    'how long after its time an order of another engine is taken all the same; twice and three times as long where more engines come before this one',
  ),
  CARDRAIL_BULK_ORDERS_PER_SECOND: setting(
    count.min(1).max(1_000),
    '20',
    'orders that a bulk repair takes up each second, at most: calls to gateways and channels follow from them',
  ),
  CARDRAIL_TAKE_OVER_MS: setting(
    wholeMs.min(200),
    '5000',
    'of several processes with one role each has its share, and one sends messages; silent for so long, it is replaced by the others',
  ),
  CARDRAIL_SMTP_URL: secret(z.url().optional(), 'smtp:// or smtps:// server for mails to buyers; no mails when absent'),
  CARDRAIL_SMTP_FROM: setting(text.optional(), undefined, 'sender of those mails'),
  ...outboxSettings,
  ...dailySettings,
  ...incidentSettings,
  ...sheddingSettings,
  ...supplySettings,
} as const;

type Name = keyof typeof settings;
export type Values = { readonly [N in Name]: z.output<(typeof settings)[N]['schema']> };
