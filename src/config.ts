import { availableParallelism } from 'node:os';
import type { z } from 'zod';
import type { ApprovalPolicy } from './application/commands/approval-policy';
import type { CallRoomPolicy } from './application/processes/order/call-room';
import type { DeathPoint } from './application/ports/death-point';
import type { IdleProbePolicy } from './application/run-idle-probes';
import type { SupplyPolicy } from './application/supply/run-supply-watch';
import { defaultEngineLimits, type EngineLimits } from './application/engine/engine-kit';
import type { SecretRef } from './domain/catalog/events';
import type { DailyPolicy } from './domain/daily/due';
import type { SheddingPolicy } from './domain/shedding/level';
import type { IncidentPolicy } from './domain/incident/policy';
import type { MarginRule } from './domain/order/margin';
import type { Timing } from './domain/order/timing';
import type { CanaryRule } from './domain/routing/canary-report';
import type { HealthPolicy } from './domain/routing/health';
import type { BuyerLimits } from './domain/buyer/limits';
import type { AdmissionPolicy } from './domain/routing/admission';
import type { PaceRule } from './domain/routing/lane-pace';
import type { LanePolicy } from './domain/routing/lanes';
import { canaryRuleOf } from './config/canary-settings';
import { deathPointOf } from './config/death-point';
import { approvalPolicyOf } from './config/approval-settings';
import { dailyPolicyOf } from './config/daily-settings';
import { healthPolicyOf, idleProbePolicyOf } from './config/health-settings';
import { callRoomPolicyOf } from './config/retry-settings';
import { timeoutRuleOf } from './config/timeout-settings';
import { lanePolicyOf, paceRuleOf } from './config/lane-settings';
import { admissionPolicyOf, buyerLimitsOf } from './config/queue-settings';
import { sheddingPolicyOf } from './config/shedding-settings';
import { marginRuleOf, supplyPolicyOf } from './config/supply-settings';
import { incidentPolicyOf } from './config/incident-settings';
import { captchaPolicyOf, captchaProblems, type CaptchaPolicy } from './config/captcha-settings';
import { jwtPolicyOf, jwtProblems, type JwtPolicy } from './config/jwt-settings';
import type { Secret } from './config/secret';
import { type Environment, readSecret, secretOf } from './config/secrets';
import type { Setting } from './config/setting';
import { settings, type Values } from './config/settings';
import type { ProcessRole } from './config/shapes';
import { readPublicOperations } from './config/public-operations';
import { readNotifiersFile, type NotifierEntry } from './config/notifiers-file';
import { readWebhooksFile, type WebhookEndpoint } from './config/webhooks-file';
import { unreachableFromOutside } from './config/public-url';
import { missingAddresses, plainAddresses } from './config/store-addresses';
import { issueWords } from './config/issue-words';
import { unknownNames } from './config/unknown-names';

export { lanesText } from './config/lane-settings';
export { settings } from './config/settings';
export type { ProcessRole } from './config/shapes';

/** Long enough for a load balancer that looks once a second to look twice. */
const DRAIN_NOTICE_MS = 2_000;

export interface Config {
  readonly values: Values;
  readonly production: boolean;
  readonly roles: ReadonlySet<ProcessRole>;
  readonly timing: Timing;
  readonly engine: EngineLimits;
  readonly callRoom: CallRoomPolicy;
  readonly health: HealthPolicy;
  readonly idleProbes: IdleProbePolicy;
  readonly approvals: ApprovalPolicy;
  readonly daily: DailyPolicy;
  readonly lanes: LanePolicy;
  readonly pace: PaceRule;
  /** Of all API nodes together. */
  readonly admission: AdmissionPolicy;
  readonly buyerLimits: BuyerLimits;
  readonly canary: CanaryRule;
  readonly incidents: IncidentPolicy;
  /** Whose tokens let staff in; undefined: API keys alone do. */
  readonly captcha: CaptchaPolicy | undefined;
  readonly jwt: JwtPolicy | undefined;
  readonly shedding: SheddingPolicy;
  /** What a card must leave where its SKU does not say; undefined: nothing is asked. */
  readonly minMargin: MarginRule | undefined;
  /** The only operations and fragments that storefronts and buyers may send, as GraphQL prints them; undefined: no list. */
  readonly publicOperations: ReadonlySet<string> | undefined;
  /** Endpoints of the shop's own that hear of orders. */
  readonly webhooks: readonly WebhookEndpoint[];
  /** Places that hear of incidents, beside those that have settings of their own. */
  readonly notifiers: readonly NotifierEntry[];
  readonly supply: SupplyPolicy;
  readonly graphqlConsole: boolean;
  readonly drainNoticeMs: number;
  readonly ratePerAddress: number;
  readonly lookupMissesPerMinute: number;
  readonly cores: number;
  /** Tests only. */
  readonly dieAt: DeathPoint | undefined;
  /** The value behind a secret that settings only name. Throws with the name, never a value. */
  secretOf(ref: SecretRef): Secret;
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

/** The environment, validated and frozen. The only reader of process.env; throws ConfigInvalid. */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, fallback, secret: hidden }] of Object.entries<Setting<z.ZodType>>(settings)) {
    const given = hidden === true ? readSecret(env, name, problems) : env[name];
    const parsed = schema.safeParse(given === undefined || given === '' ? fallback : given, { error: issueWords });
    if (parsed.success) values[name] = parsed.data;
    else problems.push(`${name}: ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
  }
  const webhooks = readWebhooksFile(values['CARDRAIL_WEBHOOKS'] as string | undefined, problems);
  const beside = {
    webhookIds: webhooks.map(({ id }) => id),
    mails: values['CARDRAIL_SMTP_URL'] !== undefined && values['CARDRAIL_SMTP_FROM'] !== undefined,
  };
  const notifiers = readNotifiersFile(values['CARDRAIL_NOTIFIERS'] as string | undefined, beside, problems);
  const publicOperations = readPublicOperations(values['CARDRAIL_PUBLIC_OPERATIONS'] as string | undefined, problems);
  const dieAt = deathPointOf(env, problems);
  problems.push(...missingAddresses(values), ...jwtProblems(values), ...captchaProblems(values));
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return Object.freeze({ ...derive(values as Values, env), webhooks, notifiers, publicOperations, dieAt });
}

function derive(values: Values, env: Environment): Omit<Config, 'webhooks' | 'notifiers' | 'publicOperations' | 'dieAt'> {
  const production = values.CARDRAIL_ENV === 'production';
  return {
    values,
    production,
    roles: new Set(values.CARDRAIL_ROLES),
    timing: {
      paymentTimeoutMs: values.CARDRAIL_PAYMENT_TIMEOUT_MS,
      issueTimeoutMs: values.CARDRAIL_ISSUE_TIMEOUT_MS,
      paymentTimeoutMinMs: values.CARDRAIL_PAYMENT_TIMEOUT_MIN_MS,
      paymentTimeoutMaxMs: values.CARDRAIL_PAYMENT_TIMEOUT_MAX_MS,
      issueTimeoutMinMs: values.CARDRAIL_ISSUE_TIMEOUT_MIN_MS,
      issueTimeoutMaxMs: values.CARDRAIL_ISSUE_TIMEOUT_MAX_MS,
      timeoutRule: timeoutRuleOf(values),
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
      noProgressAfterMs: values.CARDRAIL_NO_PROGRESS_AFTER_MS,
    },
    callRoom: callRoomPolicyOf(values, values.CARDRAIL_ENGINE_CALLS_MAX),
    health: healthPolicyOf(values),
    idleProbes: idleProbePolicyOf(values),
    approvals: approvalPolicyOf(values),
    daily: dailyPolicyOf(values),
    lanes: lanePolicyOf(values),
    pace: paceRuleOf(values),
    admission: admissionPolicyOf(values),
    buyerLimits: buyerLimitsOf(values),
    canary: canaryRuleOf(values),
    incidents: incidentPolicyOf(values),
    captcha: captchaPolicyOf(values),
    jwt: jwtPolicyOf(values),
    shedding: sheddingPolicyOf(values),
    minMargin: marginRuleOf(values),
    supply: supplyPolicyOf(values),
    engine: {
      ...defaultEngineLimits,
      callsMax: values.CARDRAIL_ENGINE_CALLS_MAX,
      runningMax: values.CARDRAIL_ENGINE_RUNNING_MAX,
      stuckFirstMs: values.CARDRAIL_ENGINE_STUCK_FIRST_MS,
      stuckMaxMs: values.CARDRAIL_ENGINE_STUCK_MAX_MS,
      snapshotEveryMs: values.CARDRAIL_ENGINE_SNAPSHOT_EVERY_MS,
      overdueMs: values.CARDRAIL_ENGINE_OVERDUE_MS,
      wakesPerSecond: values.CARDRAIL_ENGINE_WAKES_PER_SECOND,
    },
    graphqlConsole: values.CARDRAIL_GRAPHQL_CONSOLE ?? !production,
    drainNoticeMs: values.CARDRAIL_DRAIN_NOTICE_MS ?? (production ? DRAIN_NOTICE_MS : 0),
    ratePerAddress: values.CARDRAIL_RATE_LIMIT_PER_ADDRESS === 0 && production ? 200 : values.CARDRAIL_RATE_LIMIT_PER_ADDRESS,
    lookupMissesPerMinute: values.CARDRAIL_LOOKUP_MISSES_PER_MINUTE === 0 && production ? 60 : values.CARDRAIL_LOOKUP_MISSES_PER_MINUTE,
    cores: availableParallelism(),
    secretOf: (ref) => secretOf(env, ref),
    warnings: [...unknownNames(env), ...(production ? [...plainAddresses(values), ...unreachableFromOutside(values)] : [])],
  };
}
