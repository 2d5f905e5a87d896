/** The articles' own times, and where each is set. Milliseconds. */
const TIMES: Readonly<Record<string, readonly number[]>> = {
  CARDRAIL_PAYMENT_TIMEOUT_MS: [5_000],
  CARDRAIL_PAYMENT_TIMEOUT_MIN_MS: [2_000],
  CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: [10_000],
  CARDRAIL_ISSUE_TIMEOUT_MS: [10_000],
  CARDRAIL_ISSUE_TIMEOUT_MIN_MS: [2_000],
  CARDRAIL_ISSUE_TIMEOUT_MAX_MS: [20_000],
  CARDRAIL_PURCHASE_ASK_MS: [2_000],
  CARDRAIL_REROUTE_AFTER_MS: [30_000],
  CARDRAIL_CHANNEL_ASK_MS: [5_000],
  CARDRAIL_RETRY_BASE_MS: [1_000],
  CARDRAIL_RETRY_CAP_MS: [59_000],
  CARDRAIL_RETRY_JITTER_MS: [1_000],
  CARDRAIL_CHECK_STAGES_MS: [15_000, 60_000, 180_000, 420_000],
  CARDRAIL_AFTER_CARE_STAGES_MS: [300_000, 3_600_000, 86_400_000],
  CARDRAIL_DOUBT_REVIEW_AFTER_MS: [10_800_000],
  CARDRAIL_PENDING_ASK_MS: [30_000],
  CARDRAIL_NO_PROGRESS_AFTER_MS: [10_800_000],
  CARDRAIL_HEALTH_WINDOW_MS: [10_000],
  CARDRAIL_HEALTH_SLOW_MS: [5_000],
  CARDRAIL_HEALTH_SUSPECT_AFTER_MS: [5_000],
  CARDRAIL_HEALTH_ISOLATE_FOR_MS: [5_000],
  CARDRAIL_HEALTH_ISOLATE_FOR_MAX_MS: [60_000],
  CARDRAIL_HEALTH_RAMP_STEP_MS: [5_000],
  CARDRAIL_HEALTH_QUIET_MS: [60_000],
  CARDRAIL_HEALTH_HOPELESS_AFTER_MS: [60_000],
  CARDRAIL_CANARY_LOOK_EVERY_MS: [5_000],
  CARDRAIL_INCIDENT_LOOK_MS: [5_000],
  CARDRAIL_INCIDENT_OPEN_AFTER_MS: [10_000],
  CARDRAIL_INCIDENT_CLOSE_AFTER_MS: [60_000],
  CARDRAIL_INCIDENT_ENRICH_AFTER_MS: [60_000],
};

/** Times that a machine needs whatever stands for a minute: no look and no step is made shorter. */
const LEAST_MS = 100;
/** So that a busy machine can answer a call. */
const CALL_LEAST_MS = 1_000;
/** A few calls fit into it. */
const WINDOW_LEAST_MS = 2_000;
/** Health is looked at once a second: a ramp that is over before is none. */
const RAMP_STEP_LEAST_MS = 1_000;

function leastMsOf(name: string): number {
  if (/_(PAYMENT|ISSUE)_TIMEOUT_|SUSPECT|SLOW/.test(name)) return CALL_LEAST_MS;
  if (name === 'CARDRAIL_HEALTH_RAMP_STEP_MS') return RAMP_STEP_LEAST_MS;
  return name === 'CARDRAIL_HEALTH_WINDOW_MS' ? WINDOW_LEAST_MS : LEAST_MS;
}

/** What may be done each minute, as the product has it. */
const PER_MINUTE: Readonly<Record<string, number>> = { CARDRAIL_RETRY_BUDGET_PER_MINUTE: 60, CARDRAIL_DOUBT_QUESTIONS_PER_MINUTE: 3_000 };

/** Every waiting time of a shop divided by a factor, and what it may do in each minute multiplied with it. */
export function compressed(factor: number): Readonly<Record<string, string>> {
  const times = Object.entries(TIMES).map(([name, listMs]): [string, string] => {
    return [name, listMs.map((ms, at) => Math.max(leastMsOf(name) * (at + 1), Math.round(ms / factor))).join(',')];
  });
  const rates = Object.entries(PER_MINUTE).map(([name, count]): [string, string] => [name, String(Math.round(count * factor))]);
  return Object.fromEntries([...times, ...rates]);
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;

const WINDOW_MS = 10 * SECOND_MS;
const ATTEMPTS_MIN = 20;

/** How many orders a night has in its article, and how long they take to come. */
export interface Story {
  readonly orders: number;
  readonly withinMs: number;
}

/**
 * Attempts by which a channel is judged: the product's own number in a night as large as its story, or half of what a smaller one sends within a
 * window. With fewer orders than that no channel would ever be found ill, and the night would say so of the product.
 */
export const attemptsMinOf = (orders: number, story: Story): number =>
  orders >= story.orders ? ATTEMPTS_MIN : Math.max(5, Math.min(ATTEMPTS_MIN, Math.floor((orders * WINDOW_MS) / story.withinMs / 2)));

/** A time of the articles as this run has it. Milliseconds. */
export const asMs = (ms: number, compress: number): number => ms / compress;
