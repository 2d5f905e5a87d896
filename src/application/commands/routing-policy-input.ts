import { z } from 'zod';
import { LANES } from '../../domain/routing/lanes';
import type { LaneOverride } from '../../domain/routing/policy';
import { catalogId } from './input';

const WEIGHT_MAX = 10;
const CHANNELS_MAX = 200;
const weight = z.number().min(0).max(WEIGHT_MAX);
const percent = z.number().min(1).max(100);

const channel = z
  .strictObject({
    channelId: catalogId,
    weight: z.int().min(0).max(1_000).optional(),
    priority: z.int().min(0).max(1_000).optional(),
  })
  .transform(({ channelId, weight: share, priority }) => ({
    channelId,
    ...(share === undefined ? {} : { weight: share }),
    ...(priority === undefined ? {} : { priority }),
  }));

const diversion = z
  .strictObject({
    enabled: z.boolean().default(true),
    timeoutPercent: percent.optional(),
    errorPercent: percent.optional(),
    slowMs: z.int().min(100).max(600_000).optional(),
  })
  .transform(({ enabled, timeoutPercent, errorPercent, slowMs }) => ({
    enabled,
    ...(timeoutPercent === undefined ? {} : { timeoutPercent }),
    ...(errorPercent === undefined ? {} : { errorPercent }),
    ...(slowMs === undefined ? {} : { slowMs }),
  }));

const limits = { weight: z.int().min(1).max(999), concurrency: z.int().min(1).max(999_999) };

/** In a file by name: `vip: { weight: 3, concurrency: 64 }`; in the API a list. */
const lanes = z.union([
  z
    .array(z.strictObject({ lane: z.enum(LANES), ...limits }))
    .max(LANES.length)
    .refine((list) => new Set(list.map(({ lane }) => lane)).size === list.length, 'a lane stands twice'),
  z
    .partialRecord(z.enum(LANES), z.strictObject(limits))
    .transform((byName): readonly LaneOverride[] => LANES.flatMap((lane) => (byName[lane] === undefined ? [] : [{ lane, ...byName[lane] }]))),
]);

/** A routing policy as people write it down: what is absent is as it is built in. */
export const routingPolicyInput = z
  .strictObject({
    version: catalogId,
    weights: z
      .strictObject({ success: weight.default(1), latency: weight.default(1), cost: weight.default(1) })
      .default({ success: 1, latency: 1, cost: 1 }),
    diversion: diversion.default({ enabled: true }),
    channels: z
      .array(channel)
      .max(CHANNELS_MAX)
      .refine((list) => new Set(list.map(({ channelId }) => channelId)).size === list.length, 'a channel stands twice')
      .default([]),
    lanes: lanes.optional(),
  })
  .transform(({ lanes: shares, ...policy }) => ({ ...policy, ...(shares === undefined ? {} : { lanes: shares }) }));
