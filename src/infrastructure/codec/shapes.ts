import { z } from 'zod';
import { AMOUNT_MINOR_MAX } from '../../domain/kernel/money';

/** The parts that event schemas are made of. Bounds are wide: they catch defects and damage, the edges judge input. */

const ID_LENGTH_MAX = 256;
const TEXT_LENGTH_MAX = 16_384;
const COUNT_MAX = 1_000_000_000;
/** Cards of one order; far above any `maxPerOrder`. */
const CARDS_MAX = 10_000;

export const id = z.string().min(1).max(ID_LENGTH_MAX);
export const text = z.string().max(TEXT_LENGTH_MAX);
/** ISO-8601 UTC. */
export const time = z.iso.datetime();
export const count = z.int().min(0).max(COUNT_MAX);
/** Counts from 1. */
export const ordinal = z.int().min(1).max(COUNT_MAX);
export const seconds = z.int().min(1).max(604_800);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const locale = z.enum(['zh-CN', 'en']);

/** Integer minor units. */
export const amountMinor = z.int().min(0).max(AMOUNT_MINOR_MAX);
export const money = z.strictObject({ amountMinor, currency: z.string().regex(/^[A-Z]{3}$/) });

const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);
export const sealed = z.strictObject({ kid: id, iv: base64url, tag: base64url, ct: base64url.max(TEXT_LENGTH_MAX * 8) });

export const actor = z.strictObject({
  kind: z.enum(['BUYER', 'STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN', 'GATEWAY', 'CHANNEL', 'ENGINE', 'CLI', 'GUEST']),
  id,
});

export const cardIds = z.array(id).max(CARDS_MAX);

/** For facts that say everything by their name. */
export const nothing = z.strictObject({});
