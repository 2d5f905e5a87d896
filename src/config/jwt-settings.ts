import { z } from 'zod';
import { SIGNATURE_ALGORITHMS, STAFF_ROLES } from '../application/ports/staff-tokens';
import { setting } from './setting';
import { list, text } from './shapes';

/** With a subject behind it, it still fits into the name of an actor. */
const ISSUER_CHARACTERS_MAX = 150;
const SECOND_MS = 1_000;
const seconds = z.coerce.number().int();
const role = z.enum(STAFF_ROLES, `must be group=${STAFF_ROLES.join(' or group=')}, comma-separated`);

const roles = list
  .transform((pairs) =>
    pairs.map((pair) => ({ group: pair.slice(0, Math.max(0, pair.lastIndexOf('='))), role: pair.slice(pair.lastIndexOf('=') + 1) })),
  )
  .pipe(z.array(z.strictObject({ group: z.string().min(1).max(200), role })).max(100));

/** Which signed tokens of an identity provider the shop's own people may come with. */
export const jwtSettings = {
  CARDRAIL_JWT_ISSUER: setting(
    z
      .string()
      .regex(/^[\x21-\x7e]+$/)
      .max(ISSUER_CHARACTERS_MAX)
      .optional(),
    undefined,
    'identity provider whose tokens let staff in, exactly as `iss` names it; API keys alone when absent',
  ),
  CARDRAIL_JWT_AUDIENCE: setting(text.optional(), undefined, 'what `aud` of a token must name; needed with CARDRAIL_JWT_ISSUER'),
  CARDRAIL_JWT_KEYS: setting(
    text.optional(),
    undefined,
    "the issuer's public keys (a JWK set): an https address, or the path of a file; needed with CARDRAIL_JWT_ISSUER",
  ),
  CARDRAIL_JWT_ROLES: setting(
    roles,
    '',
    'which group of the issuer has which role, such as shop-support=SUPPORT,shop-admins=ADMIN; of several the first counts, and who is in none is let in nowhere; needed with CARDRAIL_JWT_ISSUER',
  ),
  CARDRAIL_JWT_ROLES_CLAIM: setting(
    text,
    'roles',
    'member of a token that holds the groups: its name, or a path with dots such as realm_access.roles',
  ),
  CARDRAIL_JWT_ALGORITHMS: setting(
    list.pipe(z.array(z.enum(SIGNATURE_ALGORITHMS)).min(1)),
    'RS256,PS256,ES256,EdDSA',
    'signatures that are taken; none and HMACs cannot be',
  ),
  CARDRAIL_JWT_CLOCK_SKEW_SECONDS: setting(seconds.min(0).max(120), '30', "how far the issuer's clock may be from ours"),
  CARDRAIL_JWT_AGE_MAX_SECONDS: setting(
    seconds.min(60).max(604_800),
    '43200',
    'a token that was issued longer ago is refused, however long it says that it lives',
  ),
  CARDRAIL_JWT_KEYS_REFRESH_SECONDS: setting(
    seconds.min(10).max(86_400),
    '300',
    'keys this old are read anew: how long a key that the issuer withdrew is still taken',
  ),
  CARDRAIL_JWT_KEYS_STALE_MAX_SECONDS: setting(
    seconds.min(10).max(86_400),
    '3600',
    'while the issuer is away, how long the keys that were read last are still taken',
  ),
} as const;

type Values = { readonly [Name in keyof typeof jwtSettings]: z.output<(typeof jwtSettings)[Name]['schema']> };

/** From one question for the keys to the next, whatever tokens come. */
const COOL_DOWN_MS = 10_000;

/** As the parts that judge tokens need it; undefined where no issuer is named. */
export function jwtPolicyOf(values: Values) {
  const { CARDRAIL_JWT_ISSUER: issuer, CARDRAIL_JWT_AUDIENCE: audience, CARDRAIL_JWT_KEYS: keys } = values;
  if (issuer === undefined || audience === undefined || keys === undefined) return undefined;
  return {
    issuer,
    audience,
    keys,
    algorithms: values.CARDRAIL_JWT_ALGORITHMS,
    rolesClaim: values.CARDRAIL_JWT_ROLES_CLAIM,
    roles: values.CARDRAIL_JWT_ROLES,
    clockSkewSeconds: values.CARDRAIL_JWT_CLOCK_SKEW_SECONDS,
    ageSecondsMax: values.CARDRAIL_JWT_AGE_MAX_SECONDS,
    keyLimits: {
      refreshAfterMs: values.CARDRAIL_JWT_KEYS_REFRESH_SECONDS * SECOND_MS,
      staleMaxMs: values.CARDRAIL_JWT_KEYS_STALE_MAX_SECONDS * SECOND_MS,
      coolDownMs: COOL_DOWN_MS,
    },
  };
}
export type JwtPolicy = NonNullable<ReturnType<typeof jwtPolicyOf>>;

/** An issuer without the rest would let nobody in, and the rest without an issuer would look as if it did. */
export function jwtProblems(values: Readonly<Record<string, unknown>>): readonly string[] {
  const missing = (name: string): boolean =>
    name in values && (values[name] === undefined || (Array.isArray(values[name]) && values[name].length === 0));
  const others = ['CARDRAIL_JWT_AUDIENCE', 'CARDRAIL_JWT_KEYS', 'CARDRAIL_JWT_ROLES'];
  if (!missing('CARDRAIL_JWT_ISSUER')) return others.filter(missing).map((name) => `${name}: is needed with CARDRAIL_JWT_ISSUER`);
  return others.some((name) => name in values && !missing(name)) ? ['CARDRAIL_JWT_ISSUER: is needed with the other CARDRAIL_JWT_ settings'] : [];
}
