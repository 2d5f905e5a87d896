import { z } from 'zod';
import { amountMinor, callsAtOnce, httpUrl, id, WITHIN_SECONDS_MAX } from './input';
import { secretRef, secretRefs } from './secret-ref';

/** What a page may be told of a payment. */
const PAGE_NAMES: readonly string[] = ['reference', 'merchantId', 'amount', 'currency', 'notifyUrl', 'returnUrl', 'expiresAt', 'instrument'];
const PATH_CHARACTERS_MAX = 1_000;
const WORDS_MAX = 20;

const namesIn = (template: string): readonly string[] => [...template.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);

/** Path and query below the base URL, with names in braces. */
const place = (known: readonly string[], needed: readonly string[]) =>
  z
    .string()
    .max(PATH_CHARACTERS_MAX)
    .regex(/^\/(?!\/)[A-Za-z0-9/?&=_.~:@!$'()*+,;%{}-]*$/, { error: 'must begin with one / and hold what an address may hold, without #' })
    .refine((template) => !/(?:^|\/)\.{1,2}(?:\/|$)/.test(template), { error: 'must not hold . or .. as a folder' })
    .refine((template) => namesIn(template).every((name) => known.includes(name)), { error: `knows {${known.join('}, {')}} only` })
    .refine((template) => needed.every((name) => namesIn(template).includes(name)), { error: `must hold {${needed.join('} and {')}}` });

/** Names with dots between them. */
const path = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,7}$/, { error: 'must be a name, or several with dots between them' });

const statusWords = z.array(id).min(1).max(WORDS_MAX);

/** A word that means two things means nothing. */
const isClear = (words: Readonly<Record<string, readonly string[] | undefined>>): boolean => {
  const all = Object.values(words).flatMap((list) => list ?? []);
  return new Set(all).size === all.length;
};

export const signedWebhookShape = {
  adapter: z.literal('signed-webhook'),
  baseUrl: httpUrl.refine((url) => !url.includes('?') && !url.includes('#'), { error: 'must be an address without ? and #' }),
  merchantId: id,
  payPage: place(PAGE_NAMES, ['reference', 'amount']),
  linkSecret: secretRef.exactOptional(),
  webhookSecrets: secretRefs,
  statusPath: place(['reference'], ['reference']).exactOptional(),
  refundsPath: place(['reference'], ['reference']).exactOptional(),
  apiKey: secretRef.exactOptional(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  amounts: z.enum(['MINOR', 'DECIMAL']).default('MINOR'),
  fields: z.strictObject({
    inNotice: path.exactOptional(),
    inAnswer: path.exactOptional(),
    reference: path,
    status: path,
    amount: path,
    currency: path.exactOptional(),
    merchantId: path.exactOptional(),
    transactionId: path.exactOptional(),
    refunded: path.exactOptional(),
  }),
  words: z
    .strictObject({
      PAID: statusWords,
      OPEN: statusWords.exactOptional(),
      DECLINED: statusWords.exactOptional(),
      CLOSED: statusWords.exactOptional(),
    })
    .refine(isClear, { error: 'a word stands twice' }),
  amountMaxMinor: amountMinor.exactOptional(),
  notFoundFinalAfterSeconds: z.int().min(0).max(WITHIN_SECONDS_MAX).default(60),
  maxInFlight: callsAtOnce.exactOptional(),
  kinds: z
    .array(z.literal('REDIRECT', { error: 'signed-webhook takes redirect payments only' }))
    .length(1)
    .default(['REDIRECT']),
};

interface Asked {
  readonly statusPath?: string;
  readonly amountMaxMinor?: number;
}

/** A service that cannot be asked is believed by people only, and such trust has a limit. */
export const isCapped = ({ statusPath, amountMaxMinor }: Asked): boolean => statusPath !== undefined || amountMaxMinor !== undefined;
export const NOT_CAPPED = {
  error: 'without statusPath nobody can ask it, so amountMaxMinor must say what one payment may be at most',
  path: ['amountMaxMinor'],
};

export const flagsOf = ({ statusPath }: Asked): readonly 'lookup'[] => (statusPath === undefined ? [] : ['lookup']);

/** Its flags follow from where it can be asked, so nobody has to say them. */
export const signedWebhookSettings = z
  .strictObject(signedWebhookShape)
  .refine(isCapped, NOT_CAPPED)
  .transform((settings) => ({ ...settings, flags: flagsOf(settings) }));
