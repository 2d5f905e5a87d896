import { z } from 'zod';
import { LANES } from '../../../domain/routing/lanes';
import { amountMinor, count, id } from '../shapes';

/** Channels that one policy names; far above any. */
const CHANNELS_MAX = 1_000;

const weight = z.number().min(0).max(10);
const percent = z.number().min(0).max(100);
const policy = z.strictObject({
  version: id,
  weights: z.strictObject({ success: weight, latency: weight, cost: weight }),
  diversion: z.strictObject({
    enabled: z.boolean(),
    timeoutPercent: percent.exactOptional(),
    errorPercent: percent.exactOptional(),
    slowMs: count.exactOptional(),
  }),
  channels: z.array(z.strictObject({ channelId: id, weight: count.exactOptional(), priority: count.exactOptional() })).max(CHANNELS_MAX),
  lanes: z
    .array(z.strictObject({ lane: z.enum(LANES), weight: count, concurrency: count }))
    .max(LANES.length)
    .exactOptional(),
});

const arm = z.strictObject({
  orders: count,
  good: count,
  delivered: count,
  meanMs: count,
  p50Ms: count,
  p95Ms: count,
  p99Ms: count,
  logMeanMilli: count,
  logDeviationMilli: count,
  unitCostMinor: amountMinor.exactOptional(),
});
const report = z.strictObject({ canary: arm, control: arm });

export const routingSchemas = {
  RoutingPolicyPublished: z.strictObject({ policy }),
  CanaryStarted: z.strictObject({ policy, percent, against: id }),
  CanaryPercentChanged: z.strictObject({ version: id, percent }),
  CanaryPromoted: z.strictObject({ version: id, report }),
  CanaryRolledBack: z.strictObject({
    version: id,
    cause: z.enum(['WORSE', 'PERSON']),
    worseBy: z.array(z.enum(['SUCCESS', 'TIME', 'COST'])).max(3),
    report: report.exactOptional(),
  }),
};
