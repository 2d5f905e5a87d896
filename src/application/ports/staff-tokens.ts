/** Roles that people act in. Storefronts are machines and come with API keys. */
export const STAFF_ROLES = ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/** Signatures that are checked with a public key. Neither `none` nor an HMAC stands here, so neither can be configured. */
export const SIGNATURE_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** Somebody whom an identity provider vouches for. */
export interface StaffMember {
  /** `issuer#subject`: nobody of another issuer, and no API key, is ever called the same. */
  readonly id: string;
  readonly role: StaffRole;
  /** False as soon as the token has run out, or its key is none of the issuer's any more. From memory. */
  readonly isStillValid: () => boolean;
}

/**
 * What became of a token. `no-role`: it is genuine, and the shop gives none of its groups a role. `unavailable`: the issuer's keys
 * cannot be had, and what is known of them is too old or does not hold this one, so nobody can tell.
 */
export type StaffTokenVerdict =
  { readonly outcome: 'genuine'; readonly member: StaffMember } | { readonly outcome: 'forged' | 'no-role' | 'unavailable' };

/** Signed tokens of the one issuer whom the shop believes about its own people. */
export interface StaffTokens {
  /** Never rejects, and asks the issuer for its keys at a bounded rate, however many tokens come. */
  judge(token: string): Promise<StaffTokenVerdict>;
}
