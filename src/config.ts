import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { SecretRef } from './domain/catalog/events';
import { defaultTiming, type Timing } from './domain/order/timing';
import { parseDeathPoint, type DeathPoint } from './application/ports/death-point';
import { defaultReviewDeadlines, parseReviewDeadlines, reviewDeadlinesText, type ReviewDeadlines } from './application/queries/review-deadlines';
import { defaultEngineLimits, type EngineLimits } from './application/run-engine';

const ROLES = ['api', 'engine', 'projector', 'outbox'] as const;
export type ProcessRole = (typeof ROLES)[number];

const text = z.string().min(1).max(2_048);
const wholeMs = z.coerce.number().int().min(0).max(604_800_000);
const count = z.coerce.number().int().min(0).max(10_000_000);
const flag = z.enum(['true', 'false']).transform((word) => word === 'true');
const list = z.string().transform((words) =>
  words
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);
const stages = list
  .transform((words) => words.map(Number))
  .pipe(z.array(z.number().int().min(0).max(604_800_000)).min(1).max(20))
  .refine((all) => all.every((ms, i) => i === 0 || ms > (all[i - 1] ?? 0)), 'must rise');

const reviewDeadlines = z.string().transform((words, context): ReviewDeadlines => {
  const deadlines = parseReviewDeadlines(words);
  if (deadlines !== null) return deadlines;
  context.addIssue('must be kind=minutes, comma-separated');
  return z.NEVER;
});

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

interface Setting<T extends z.ZodType> {
  readonly schema: T;
  /** As it would stand in the environment; absent = no default. */
  readonly fallback?: string;
  readonly about: string;
  /** May come as …_FILE, and is never printed. */
  readonly secret?: true;
}
const setting = <T extends z.ZodType>(schema: T, fallback: string | undefined, about: string): Setting<T> =>
  fallback === undefined ? { schema, about } : { schema, fallback, about };
const secret = <T extends z.ZodType>(schema: T, about: string): Setting<T> => ({ schema, about, secret: true });

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
  CARDRAIL_STORE: setting(z.literal('embedded'), 'embedded', 'event store'),
  CARDRAIL_READ_MODELS: setting(z.literal('embedded'), 'embedded', 'store of the read models'),
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
  CARDRAIL_RATE_LIMIT_PER_ADDRESS: setting(
    count,
    '0',
    'HTTP requests per second and client address; 0 = no limit outside production, 200 in production',
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
  CARDRAIL_REVIEW_WITHIN_MINUTES: setting(
    reviewDeadlines,
    reviewDeadlinesText(defaultReviewDeadlines),
    'how long a person may take to answer a review, in minutes by kind; what is not named keeps its default',
  ),
  CARDRAIL_ENGINE_CALLS_MAX: setting(count.min(1), `${defaultEngineLimits.callsMax}`, 'outside calls in flight per engine'),
  CARDRAIL_ENGINE_RUNNING_MAX: setting(count.min(1), `${defaultEngineLimits.runningMax}`, 'orders an engine works on at once'),
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
  CARDRAIL_TAKE_OVER_MS: setting(
    wholeMs.min(200),
    '5000',
    'of several processes with one role each has its share, and one sends messages; silent for so long, it is replaced by the others',
  ),
  CARDRAIL_SMTP_URL: secret(z.url().optional(), 'smtp:// or smtps:// server for mails to buyers; no mails when absent'),
  CARDRAIL_SMTP_FROM: setting(text.optional(), undefined, 'sender of those mails'),
  CARDRAIL_WEBHOOK_URL: setting(z.url().optional(), undefined, 'endpoint that hears of every event of an order; none when absent'),
  CARDRAIL_WEBHOOK_SECRET: secret(text.optional(), 'whsec_… secret that those webhooks are signed with'),
} as const;

/** Long enough for a load balancer that looks once a second to look twice. */
const DRAIN_NOTICE_MS = 2_000;

/** Read by the command line only; known here so that they are no surprise. */
const OTHER_NAMES = ['CARDRAIL_URL', 'CARDRAIL_API_KEY', 'CARDRAIL_WORKER_SLOT'];

/** Makes a process of a test die at a numbered point, such as `append.after:37`. No setting of a shop, so no table lists it. */
const DIE_AT = 'CARDRAIL_TEST_DIE_AT';

type Name = keyof typeof settings;
type Values = { readonly [N in Name]: z.output<(typeof settings)[N]['schema']> };

export interface Config {
  readonly values: Values;
  readonly production: boolean;
  readonly roles: ReadonlySet<ProcessRole>;
  readonly timing: Timing;
  readonly engine: EngineLimits;
  readonly graphqlConsole: boolean;
  readonly drainNoticeMs: number;
  readonly ratePerAddress: number;
  readonly cores: number;
  /** Tests only. */
  readonly dieAt: DeathPoint | undefined;
  /** The value behind a secret that settings only name. Throws with the name, never a value. */
  secretOf(ref: SecretRef): string;
  /** Unknown CARDRAIL_ names, each with the nearest known one. */
  readonly warnings: readonly string[];
}

/** Every problem at once, by name; a value is never printed. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  constructor(readonly problems: readonly string[]) {
    super(
      `the configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

function readSecret(env: Environment, name: string, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name];
  if (env[name] !== undefined) problems.push(`${name}: set either it or ${name}_FILE, not both`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE: the file cannot be read`);
    return undefined;
  }
}

function secretOf(env: Environment, ref: SecretRef): string {
  if ('env' in ref) {
    const value = env[ref.env];
    if (value === undefined || value === '') throw new Error(`the environment variable ${ref.env} is not set`);
    return value;
  }
  try {
    return readFileSync(ref.file, 'utf8').trim();
  } catch {
    throw new Error(`the secret file ${ref.file} cannot be read`);
  }
}

/** Edits between two names, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A shop that takes money must not be told to die by whoever can set a variable. */
function deathPointOf(env: Environment, problems: string[]): DeathPoint | undefined {
  const text = env[DIE_AT];
  if (text === undefined || text === '') return undefined;
  if (env['CARDRAIL_ENV'] !== 'test') problems.push(`${DIE_AT}: is for tests; it is refused unless CARDRAIL_ENV is test`);
  const point = parseDeathPoint(text);
  if (point === null) problems.push(`${DIE_AT}: must name a point, such as append.after:37`);
  return point ?? undefined;
}

function unknownNames(env: Environment): readonly string[] {
  const known = [...Object.keys(settings), ...OTHER_NAMES];
  const secrets = Object.entries<Setting<z.ZodType>>(settings).filter(([, { secret: hidden }]) => hidden === true);
  const files = secrets.map(([name]) => `${name}_FILE`);
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('CARDRAIL_') && !name.startsWith('CARDRAIL_TEST_') && !known.includes(name) && !files.includes(name),
  );
  return unknown.map((name) => {
    const nearest = [...known].sort((a, b) => distance(a, name) - distance(b, name))[0];
    return `${name} is not a setting; did you mean ${nearest ?? ''}?`;
  });
}

/** The environment, validated and frozen. The only reader of process.env; throws ConfigInvalid. */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, fallback, secret: hidden }] of Object.entries<Setting<z.ZodType>>(settings)) {
    const given = hidden === true ? readSecret(env, name, problems) : env[name];
    const parsed = schema.safeParse(given === undefined || given === '' ? fallback : given);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(`${name}: ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
  }
  const dieAt = deathPointOf(env, problems);
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return Object.freeze({ ...derive(values as Values, env), dieAt });
}

function derive(values: Values, env: Environment): Omit<Config, 'dieAt'> {
  const production = values.CARDRAIL_ENV === 'production';
  return {
    values,
    production,
    roles: new Set(values.CARDRAIL_ROLES),
    timing: {
      paymentTimeoutMs: values.CARDRAIL_PAYMENT_TIMEOUT_MS,
      issueTimeoutMs: values.CARDRAIL_ISSUE_TIMEOUT_MS,
      purchaseAskMs: values.CARDRAIL_PURCHASE_ASK_MS,
      rerouteAfterMs: values.CARDRAIL_REROUTE_AFTER_MS,
      performWithinMs: values.CARDRAIL_PERFORM_WITHIN_MS,
      answerSlackMs: values.CARDRAIL_ANSWER_SLACK_MS,
      retryBaseMs: values.CARDRAIL_RETRY_BASE_MS,
      retryCapMs: values.CARDRAIL_RETRY_CAP_MS,
      retryJitterMs: values.CARDRAIL_RETRY_JITTER_MS,
      attemptsMax: values.CARDRAIL_ATTEMPTS_MAX,
      checkStagesMs: values.CARDRAIL_CHECK_STAGES_MS,
      afterCareStagesMs: values.CARDRAIL_AFTER_CARE_STAGES_MS,
      doubtReviewAfterMs: values.CARDRAIL_DOUBT_REVIEW_AFTER_MS,
      pendingAskMs: values.CARDRAIL_PENDING_ASK_MS,
    },
    engine: {
      ...defaultEngineLimits,
      callsMax: values.CARDRAIL_ENGINE_CALLS_MAX,
      runningMax: values.CARDRAIL_ENGINE_RUNNING_MAX,
      stuckFirstMs: values.CARDRAIL_ENGINE_STUCK_FIRST_MS,
      stuckMaxMs: values.CARDRAIL_ENGINE_STUCK_MAX_MS,
      snapshotEveryMs: values.CARDRAIL_ENGINE_SNAPSHOT_EVERY_MS,
      overdueMs: values.CARDRAIL_ENGINE_OVERDUE_MS,
    },
    graphqlConsole: values.CARDRAIL_GRAPHQL_CONSOLE ?? !production,
    drainNoticeMs: values.CARDRAIL_DRAIN_NOTICE_MS ?? (production ? DRAIN_NOTICE_MS : 0),
    ratePerAddress: values.CARDRAIL_RATE_LIMIT_PER_ADDRESS === 0 && production ? 200 : values.CARDRAIL_RATE_LIMIT_PER_ADDRESS,
    cores: availableParallelism(),
    secretOf: (ref) => secretOf(env, ref),
    warnings: unknownNames(env),
  };
}
