import { z } from 'zod';
import { AMOUNT_MINOR_MAX } from '../../domain/kernel/money';

/**
 * The words that inputs are made of. Whatever does not fit is refused before a use case starts; absent and `null` are the
 * edge's to tell apart: here a member is there or it is not.
 */

const ID_CHARACTERS_MAX = 128;
const TEXT_CHARACTERS_MAX = 2_000;
const SECRET_CHARACTERS_MAX = 4_096;
const URL_CHARACTERS_MAX = 2_048;
export const NAMES_MAX = 50;
/** More than there are operations. */
const SCOPES_MAX = 500;
/** Before it is brought into its one form. */
const TAG_CHARACTERS_MAX = 64;
export const WITHIN_SECONDS_MAX = 604_800;
const CALLS_AT_ONCE_MAX = 10_000;

/** No control characters and no half characters: they hide things from people and break other programs. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;
/** The same, but lines may be broken and indented. */
const PROSE = /^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u;

export const id = z.string().min(1).max(ID_CHARACTERS_MAX).regex(PRINTABLE);
/** Ids that we give to things of the catalog: they become part of stream names, references and URLs. */
export const catalogId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
/** Name of a sealing key, as the keyring has it. */
export const keyId = z.string().regex(/^[A-Za-z0-9._-]{1,32}$/);
export const text = z.string().trim().min(1).max(TEXT_CHARACTERS_MAX).regex(PROSE);
export const secretText = z.string().min(1).max(SECRET_CHARACTERS_MAX).regex(PROSE);
export const httpUrl = z.url({ protocol: /^https?$/ }).max(URL_CHARACTERS_MAX);
/** Scheme, host and port, as a browser sends it. */
export const origin = z.string().regex(/^https?:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?$/);
/** ISO-8601 UTC. */
export const time = z.iso.datetime();
/** Names of operations, each once. */
export const scopes = z
  .array(z.string().regex(/^[A-Za-z.]{1,64}$/))
  .min(1)
  .max(SCOPES_MAX)
  .refine((names) => new Set(names).size === names.length, 'a name stands twice')
  .readonly();
/** What the desk sorts orders by: one word, however it was typed. */
export const tag = z
  .string()
  .max(TAG_CHARACTERS_MAX)
  .transform((typed) => typed.normalize('NFKC').trim().toLowerCase())
  .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,31}$/u, 'must be one word of at most 32 letters, digits and .:_-'));
export const idempotencyKey = id;
export const reason = text;
export const locale = z.enum(['zh-CN', 'en']);
/** What a person may say of the health of a gateway or channel. */
export const overriddenHealth = z.enum(['HEALTHY', 'ISOLATED']);

/** Calls under way at one gateway or channel, by each engine. */
export const callsAtOnce = z.int().min(1).max(CALLS_AT_ONCE_MAX);

/** Integer minor units above zero. */
export const amountMinor = z.int().min(1).max(AMOUNT_MINOR_MAX);
export const money = z.strictObject({ amountMinor, currency: z.string().regex(/^[A-Z]{3}$/) });

/** Name and value of what a buyer fills in; a name stands once. */
export const fields = z
  .array(z.strictObject({ name: id, value: secretText }))
  .max(NAMES_MAX)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'a name stands twice');

export const payment = z.strictObject({
  gatewayId: id,
  kind: z.enum(['REDIRECT', 'CHARGE']),
  /** Where the gateway sends the buyer back to. */
  returnUrl: httpUrl.optional(),
  /** The stored instrument that a CHARGE takes. */
  instrument: secretText.optional(),
});

/** What every mutation of one order takes. `accessToken` is the order's token, from wherever it came in. */
export const ofOrder = { idempotencyKey, orderId: id, accessToken: z.string().max(TEXT_CHARACTERS_MAX).optional() };
/** Buyers and shops need no reason, people do. */
export const ofBuyer = { ...ofOrder, reason: reason.optional() };
export const ofStaff = { ...ofOrder, reason };
