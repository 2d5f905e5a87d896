import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import type { Runtime } from '../../application/ports/runtime';
import type { SignatureAlgorithm, StaffRole, StaffTokens, StaffTokenVerdict } from '../../application/ports/staff-tokens';
import type { FindKey, SigningKeys } from './signing-keys';

export interface JwtSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Member of the token that names a person's groups: by its whole name, else as a path with dots. */
  readonly rolesClaim: string;
  /** Which group has which role. Of several that somebody is in, the first in this list counts. */
  readonly roles: readonly { readonly group: string; readonly role: StaffRole }[];
  /** How far the issuer's clock may be from ours. */
  readonly clockSkewSeconds: number;
  /** A token older than this is refused, however long it says that it lives. */
  readonly ageSecondsMax: number;
}

const SECOND_MS = 1_000;
const KEY_NAME_CHARACTERS_MAX = 256;
/** With the issuer before it, it is the name of an actor for ever: short, printable and without spaces. */
const SUBJECT = /^[\x21-\x7e]{1,100}$/;
const FORGED: StaffTokenVerdict = { outcome: 'forged' };

/** Judges JSON Web Tokens of one issuer for one audience. What is not said to be allowed is not. */
export class JwtStaffTokens implements StaffTokens {
  constructor(
    private readonly settings: JwtSettings,
    private readonly keys: SigningKeys,
    private readonly runtime: Pick<Runtime, 'wallMs'>,
  ) {}

  async judge(token: string): Promise<StaffTokenVerdict> {
    const kid = this.keyNamedBy(token);
    if (kid === null) return FORGED;
    const find = await this.keys.find(kid);
    if (find === 'AWAY') return { outcome: 'unavailable' };
    const claims = find === 'UNKNOWN' ? null : await this.claimsOf(token, find);
    return claims === null ? FORGED : this.memberOf(claims, kid);
  }

  release(): Promise<void> {
    return this.keys.release();
  }

  /** Before anything is asked for: a token under another algorithm, or that names no key, is none of ours. */
  private keyNamedBy(token: string): string | null {
    try {
      const { alg, kid } = decodeProtectedHeader(token);
      const isAllowed = this.settings.algorithms.some((allowed) => allowed === alg);
      return isAllowed && typeof kid === 'string' && kid.length <= KEY_NAME_CHARACTERS_MAX ? kid : null;
    } catch {
      return null;
    }
  }

  /** Null for whatever keeps it from being verified, also for a key that the issuer published broken: who cannot be verified is not let in. */
  private async claimsOf(token: string, find: FindKey): Promise<JWTPayload | null> {
    const { issuer, audience, algorithms, clockSkewSeconds, ageSecondsMax } = this.settings;
    try {
      const { payload } = await jwtVerify(token, find, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        maxTokenAge: ageSecondsMax,
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: new Date(this.runtime.wallMs()),
      });
      return payload;
    } catch {
      return null;
    }
  }

  private memberOf(claims: JWTPayload, kid: string): StaffTokenVerdict {
    const { issuer, roles, rolesClaim, clockSkewSeconds, ageSecondsMax } = this.settings;
    const { sub, exp = 0, iat = 0 } = claims;
    if (sub === undefined || !SUBJECT.test(sub)) return FORGED;
    const groups = groupsIn(claims, rolesClaim);
    const role = roles.find(({ group }) => groups.includes(group))?.role;
    if (role === undefined) return { outcome: 'no-role' };
    const endsAtMs = (Math.min(exp, iat + ageSecondsMax) + clockSkewSeconds) * SECOND_MS;
    const isStillValid = (): boolean => this.runtime.wallMs() < endsAtMs && this.keys.has(kid);
    return { outcome: 'genuine', member: { id: `${issuer}#${sub}`, role, isStillValid } };
  }
}

/** A text is one group, a list is several. Text is never taken apart: a group called "not admin" makes nobody an admin. */
function groupsIn(claims: JWTPayload, claim: string): readonly unknown[] {
  const found = Object.hasOwn(claims, claim) ? claims[claim] : claim.split('.').reduce(memberCalled, claims as unknown);
  return Array.isArray(found) ? found : [found];
}

const memberCalled = (holder: unknown, name: string): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
