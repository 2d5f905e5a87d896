/**
 * What the vendor of a captcha says of a token.
 * PASSED = a person solved it, here and now; FAILED = it is forged, used up, too old, or nobody's; UNKNOWN = the vendor did not answer, or
 * refused us and not the buyer.
 */
export type CaptchaVerdict = 'PASSED' | 'FAILED' | 'UNKNOWN';

export interface CaptchaAnswer {
  /** As the buyer's browser got it; at most `CAPTCHA_TOKEN_CHARACTERS_MAX`. */
  readonly token: string;
  /** Address of the buyer, where the storefront told it. */
  readonly address?: string | undefined;
  /** UUID: the same token under the same key is judged once, so that a submit that is repeated may come with the token it came with. */
  readonly key: string;
}

export const CAPTCHA_TOKEN_CHARACTERS_MAX = 4_096;

/** Tells people from programs. Never rejects, and answers within a bounded time. */
export interface Captcha {
  judge(answer: CaptchaAnswer): Promise<CaptchaVerdict>;
}
