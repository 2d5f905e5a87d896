import { z } from 'zod';
import { defaultSheddingPolicy, type SheddingPolicy } from '../domain/shedding/level';
import { setting } from './setting';
import { wholeMs } from './shapes';

const percent = z.coerce.number().min(0).max(1_000);
const ms = (value: number, about: string) => setting(wholeMs.min(10), `${value}`, about);
const policy = defaultSheddingPolicy;

/** When a loaded process does without something; see `SheddingPolicy`. */
export const sheddingSettings = {
  CARDRAIL_SHED_ABOVE_PERCENT: setting(percent, `${policy.above * 100}`, 'load from which on a process does without one thing more'),
  CARDRAIL_SHED_BELOW_PERCENT: setting(percent, `${policy.below * 100}`, 'load down to which it takes one thing back'),
  CARDRAIL_SHED_RAISE_AFTER_MS: ms(policy.raiseAfterMs, 'how long such a load lasts before each thing more'),
  CARDRAIL_SHED_LOWER_AFTER_MS: ms(policy.lowerAfterMs, 'how long there is room before each thing is taken back'),
  CARDRAIL_SHED_LOOK_MS: ms(500, 'how often a process looks at its load'),
  CARDRAIL_SHED_LATE_MS: ms(500, 'an event loop that wakes up so late is a load of 100 %'),
} as const;

type Values = { readonly [Name in keyof typeof sheddingSettings]: z.output<(typeof sheddingSettings)[Name]['schema']> };

export const sheddingPolicyOf = (values: Values): SheddingPolicy => ({
  above: values.CARDRAIL_SHED_ABOVE_PERCENT / 100,
  below: values.CARDRAIL_SHED_BELOW_PERCENT / 100,
  raiseAfterMs: values.CARDRAIL_SHED_RAISE_AFTER_MS,
  lowerAfterMs: values.CARDRAIL_SHED_LOWER_AFTER_MS,
});
