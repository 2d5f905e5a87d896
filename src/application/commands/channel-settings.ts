import { z } from 'zod';
import { waitThresholds } from './incident-thresholds';
import { callsAtOnce, httpUrl, money, WITHIN_SECONDS_MAX } from './input';
import { secretRef, secretRefs } from './secret-ref';

const FLAGS = ['replay', 'lookup', 'cancel', 'partialFill'] as const;

const upstream = {
  notFoundFinalAfterSeconds: z.int().min(0).max(WITHIN_SECONDS_MAX).default(60),
  weight: z.int().min(0).max(1_000).default(1),
  priority: z.int().min(0).max(1_000).default(1),
  ratePerSecond: z.int().min(1).max(100_000).default(100),
  maxInFlight: callsAtOnce.default(50),
  balanceMin: money.exactOptional(),
  incidents: waitThresholds.exactOptional(),
};

export const httpV1Upstream = z.strictObject({
  ...upstream,
  adapter: z.literal('http-v1'),
  baseUrl: httpUrl,
  apiKey: secretRef,
  webhookSecrets: secretRefs,
  flags: z
    .array(z.enum(FLAGS))
    .max(FLAGS.length)
    .refine((flags) => new Set(flags).size === flags.length, 'a flag stands twice')
    .default([]),
});

export const dujiaoNextUpstream = z.strictObject({
  ...upstream,
  adapter: z.literal('dujiao-next'),
  baseUrl: httpUrl.refine((url) => URL.canParse(url) && new URL(url).pathname === '/' && !/[?#]/.test(url), {
    error: 'must be the address of the shop, without a path',
  }),
  apiKey: secretRef,
  apiSecrets: secretRefs,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('CNY'),
  flags: z
    .array(z.literal('replay', { error: 'only replay: such a shop cannot be asked by our number' }))
    .max(1)
    .default(['replay']),
});

/** Longer than this no purchase may hold up others. */
const FOLDER_WAIT_SECONDS_MAX = 60;
const FOLDER_FLAGS = ['replay', 'lookup', 'partialFill'] as const;

export const folderUpstream = z.strictObject({
  ...upstream,
  adapter: z.literal('folder'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('CNY'),
  waitSeconds: z.int().min(0).max(FOLDER_WAIT_SECONDS_MAX).default(2),
  webhookSecrets: secretRefs.or(z.array(secretRef).length(0)).default([]),
  flags: z
    .array(z.enum(FOLDER_FLAGS, { error: 'only replay, lookup and partialFill: a file that was taken cannot be taken back' }))
    .max(FOLDER_FLAGS.length)
    .default(['replay', 'lookup']),
});

export const channelSettings = z.discriminatedUnion('adapter', [httpV1Upstream, dujiaoNextUpstream, folderUpstream]);
