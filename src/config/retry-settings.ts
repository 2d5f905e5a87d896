import { z } from 'zod';
import { defaultCallRoomPolicy, type CallRoomPolicy } from '../application/processes/order/call-room';
import { setting } from './setting';
import { count } from './shapes';

const { retries, questions, gatewayCallsMax } = defaultCallRoomPolicy;

/** One gateway that hangs leaves the other half of an engine's slots. */
const boundOf = (engineCallsMax: number): number => Math.max(1, Math.floor(engineCallsMax / 2));

/** How much may be sent to one gateway or channel, and sent again; by each process. See `CallRoomPolicy`. */
export const retrySettings = {
  CARDRAIL_GATEWAY_CALLS_MAX: setting(
    count.min(1),
    `${gatewayCallsMax}`,
    'outside calls in flight per gateway and engine, for gateways without maxInFlight; never more than half of CARDRAIL_ENGINE_CALLS_MAX, so that one that hangs does not take the engine',
  ),
  CARDRAIL_RETRY_BUDGET_PERCENT: setting(
    z.coerce.number().min(0).max(100),
    `${retries.perSuccess * 100}`,
    'retries that a gateway or channel may get for each hundred first requests that it answered',
  ),
  CARDRAIL_RETRY_BUDGET_PER_MINUTE: setting(count.min(1), `${retries.perMinute}`, 'retries that it may get in any case'),
  CARDRAIL_RETRY_BUDGET_BURST: setting(count.min(1), `${retries.burst}`, 'retries that may be saved up for it, and that an engine begins with'),
  CARDRAIL_DOUBT_QUESTIONS_PER_MINUTE: setting(
    count.min(1),
    `${questions.perMinute}`,
    'questions about requests of unknown outcome that a gateway or channel leaves unanswered, in addition to retries',
  ),
  CARDRAIL_DOUBT_QUESTIONS_BURST: setting(count.min(1), `${questions.burst}`, 'such questions that may be saved up, and that an engine begins with'),
} as const;

type Values = { readonly [Name in keyof typeof retrySettings]: z.output<(typeof retrySettings)[Name]['schema']> };

export const callRoomPolicyOf = (values: Values, engineCallsMax: number): CallRoomPolicy => ({
  gatewayCallsMax: Math.min(values.CARDRAIL_GATEWAY_CALLS_MAX, boundOf(engineCallsMax)),
  gatewayCallsBound: boundOf(engineCallsMax),
  retries: {
    perSuccess: values.CARDRAIL_RETRY_BUDGET_PERCENT / 100,
    perMinute: values.CARDRAIL_RETRY_BUDGET_PER_MINUTE,
    burst: values.CARDRAIL_RETRY_BUDGET_BURST,
  },
  questions: { ...questions, perMinute: values.CARDRAIL_DOUBT_QUESTIONS_PER_MINUTE, burst: values.CARDRAIL_DOUBT_QUESTIONS_BURST },
});
