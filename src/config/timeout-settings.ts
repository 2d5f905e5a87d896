import { z } from 'zod';
import { defaultTiming } from '../domain/order/timing';
import type { TimeoutRule } from '../domain/routing/timeouts';
import { setting } from './setting';
import { count, wholeMs } from './shapes';

const { timeoutRule, ...timing } = defaultTiming;
const ms = (value: number, about: string) => setting(wholeMs.min(10), `${value}`, about);

/** How time-outs of requests for money or goods are learnt from answers; see `TimeoutRule`. */
export const timeoutSettings = {
  CARDRAIL_PAYMENT_TIMEOUT_MIN_MS: ms(timing.paymentTimeoutMinMs, 'a learnt time-out of a request for a payment is never shorter'),
  CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: ms(timing.paymentTimeoutMaxMs, 'a learnt time-out of a request for a payment is never longer'),
  CARDRAIL_ISSUE_TIMEOUT_MIN_MS: ms(timing.issueTimeoutMinMs, 'a learnt time-out of a purchase is never shorter'),
  CARDRAIL_ISSUE_TIMEOUT_MAX_MS: ms(timing.issueTimeoutMaxMs, 'a learnt time-out of a purchase is never longer'),
  CARDRAIL_TIMEOUT_FACTOR: setting(
    z.coerce.number().min(1).max(100),
    `${timeoutRule.factor}`,
    'a learnt time-out is the time of the slowest hundredth of the answers, times this',
  ),
  CARDRAIL_TIMEOUT_ANSWERS_MIN: setting(count.min(1), `${timeoutRule.answersMin}`, 'fewer answers of the last minutes teach nothing'),
  CARDRAIL_TIMEOUT_PATIENT_PERCENT: setting(
    z.coerce.number().min(0).max(100),
    `${timeoutRule.patientShare * 100}`,
    'share of requests that are given the longest time, to see whether answers have become slower',
  ),
} as const;

type Values = { readonly [Name in keyof typeof timeoutSettings]: z.output<(typeof timeoutSettings)[Name]['schema']> };

export const timeoutRuleOf = (values: Values): TimeoutRule => ({
  factor: values.CARDRAIL_TIMEOUT_FACTOR,
  answersMin: values.CARDRAIL_TIMEOUT_ANSWERS_MIN,
  patientShare: values.CARDRAIL_TIMEOUT_PATIENT_PERCENT / 100,
});
