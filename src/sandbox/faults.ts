import { z } from 'zod';

/** Where a rule is looked for. A fault that means nothing at a place is passed over there, so `late-notice` may stand beside `hang`. */
export type FaultPlace = GatewayPlace | ChannelPlace | 'notice' | 'false-notice';
export type GatewayPlace = 'create-charge' | 'create-redirect' | 'query' | 'close' | 'refund' | 'query-refund' | 'pay';
export type ChannelPlace = 'purchase' | 'query-purchase' | 'cancel-purchase' | 'stock' | 'balance';

const PAYMENT_CALLS: readonly GatewayPlace[] = ['create-charge', 'create-redirect', 'query', 'close', 'refund', 'query-refund'];
const PURCHASE_CALLS: readonly ChannelPlace[] = ['purchase', 'query-purchase', 'cancel-purchase', 'stock', 'balance'];
const CALLS: readonly FaultPlace[] = [...PAYMENT_CALLS, ...PURCHASE_CALLS];
const CAPTURES: readonly FaultPlace[] = ['create-charge', 'pay'];

/** Every fault and the places where it has a meaning; a gateway passes over those of channels, and the other way round. */
const PLACES = {
  hang: CALLS,
  delay: CALLS,
  error: CALLS,
  'error-after-commit': CALLS,
  'reset-after-commit': CALLS,
  'bad-json-after-commit': CALLS,
  'commit-then-hang': CALLS,
  // A channel hands over a card without a code; elsewhere the answer has no known status word.
  malformed: [...PAYMENT_CALLS, 'purchase', 'stock', 'balance'],
  oversized: CALLS,
  'refuse-connection': CALLS,
  'appears-late': ['create-charge', 'create-redirect', 'query', 'refund', 'query-refund', 'purchase', 'query-purchase'],
  'stale-status': ['query', 'query-refund', 'query-purchase'],
  decline: ['create-charge', 'create-redirect', 'pay', 'purchase'],
  refuse: ['create-charge', 'create-redirect', 'close', 'refund', 'purchase', 'cancel-purchase'],
  pending: ['create-charge', 'pay', 'refund', 'purchase'],
  'wrong-amount': CAPTURES,
  'paid-twice': CAPTURES,
  'close-too-late': ['close', 'cancel-purchase'],
  'capture-after-end': ['pay'],
  'duplicate-notice': ['notice'],
  'late-notice': ['notice'],
  'no-notice': ['notice'],
  'forged-notice': ['notice', 'false-notice'],
  'foreign-notice': ['notice', 'false-notice'],
  'lying-notice': ['notice', 'false-notice'],
  partial: ['purchase'],
  'over-price': ['purchase'],
  'same-card-twice': ['purchase'],
} as const satisfies Record<string, readonly FaultPlace[]>;

export type FaultName = keyof typeof PLACES;
const isFaultName = (name: string): name is FaultName => Object.hasOwn(PLACES, name);

const RULES_MAX = 200;

/** `path` and `reference` are matched whole; `*` stands for any run of characters and `:name` for one segment. `ms` is the length of the fault's delay. */
export const faultsSchema = z.strictObject({
  seed: z.union([z.string().max(128), z.number()]).default(0),
  rules: z
    .array(
      z.strictObject({
        method: z.string().max(8).optional(),
        path: z.string().max(256).optional(),
        reference: z.string().max(128).optional(),
        percent: z.number().min(0).max(100).default(100),
        fault: z.string().refine(isFaultName, 'no such fault'),
        ms: z.number().int().min(0).max(86_400_000).optional(),
      }),
    )
    .max(RULES_MAX),
});
export type Faults = z.infer<typeof faultsSchema>;
export type FaultsInput = z.input<typeof faultsSchema>;

/** The call that is answered, or that caused a notice. */
export interface Occasion {
  readonly method: string;
  readonly path: string;
  readonly reference: string;
}

export interface Fault {
  readonly fault: FaultName;
  readonly ms: number | undefined;
}

type Rule = Fault & { readonly method?: string; readonly path?: RegExp; readonly reference?: RegExp; readonly percent: number };

/** Dice thrown are counted per rule, place and reference; beyond this many the count starts anew. */
const THROWS_MAX = 1_000_000;

/**
 * The rules in force. Chance depends on the seed, the rule, the place, the reference and how often that was asked before, and on nothing else:
 * the same run meets the same faults whatever happens to other references in between, and a repeated call gets a new throw.
 */
export class FaultRules {
  private seed = '0';
  private rules: readonly Rule[] = [];
  private readonly thrown = new Map<string, number>();

  replace(faults: Faults): void {
    this.seed = String(faults.seed);
    this.rules = faults.rules.flatMap(({ method, path, reference, percent, fault, ms }) =>
      isFaultName(fault)
        ? [
            {
              fault,
              ms,
              percent,
              ...(method && { method: method.toUpperCase() }),
              ...(path && { path: pattern(path) }),
              ...(reference && { reference: pattern(reference) }),
            },
          ]
        : [],
    );
    this.thrown.clear();
  }

  /** The first rule that fits the place and the occasion and whose chance comes up. */
  pick(place: FaultPlace, occasion: Occasion): Fault | undefined {
    return this.rules.find((rule, index) => fits(rule, place, occasion) && this.comesUp(rule, index, place, occasion.reference));
  }

  private comesUp({ percent }: Rule, index: number, place: FaultPlace, reference: string): boolean {
    if (percent >= 100) return true;
    const words = `${index}|${place}|${reference}`;
    const before = this.thrown.get(words) ?? 0;
    if (this.thrown.size >= THROWS_MAX) this.thrown.clear();
    this.thrown.set(words, before + 1);
    return chance(`${this.seed}|${words}|${before}`) * 100 < percent;
  }
}

function fits(rule: Rule, place: FaultPlace, { method, path, reference }: Occasion): boolean {
  const places: readonly FaultPlace[] = PLACES[rule.fault];
  return (
    places.includes(place) &&
    (rule.method === undefined || rule.method === method) &&
    (rule.path === undefined || rule.path.test(path)) &&
    (rule.reference === undefined || rule.reference.test(reference))
  );
}

function pattern(text: string): RegExp {
  const source = text
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/:[A-Za-z]+/g, '[^/]+');
  return new RegExp(`^${source}$`);
}

/** A number in [0, 1) that is the same for the same words everywhere: FNV-1a with a final mix, cheap enough for every request. */
function chance(words: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
