import type { Locale } from '../application/caller';
import { ShopSays, WrongUse } from './exit';

/** How long a running shop may take to answer. */
const ANSWER_WITHIN_MS = 30_000;

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

interface Payload {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** What the caller did wrong, not the shop. */
const WRONG: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']);
const REFUSED: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

/** A running shop over its public API, as verbs that act on it use it. */
export class ShopApi {
  private constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly locale: Locale,
  ) {}

  /** Address and key come from the environment. Throws WrongUse. */
  static fromEnvironment(locale: Locale, env: Readonly<Record<string, string | undefined>> = process.env): ShopApi {
    const { CARDRAIL_URL: url = '', CARDRAIL_API_KEY: key = '' } = env;
    if (!URL.canParse(url)) throw new WrongUse('SHOP_ADDRESS_MISSING');
    if (key === '') throw new WrongUse('SHOP_KEY_MISSING');
    return new ShopApi(url.replace(/\/+$/, ''), key, locale);
  }

  /** Throws Refused for what the shop does not allow, WrongUse for what it does not understand, and Error when it does not answer. */
  async ask<Data>(document: string, variables: object): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}`, 'accept-language': this.locale },
      body: JSON.stringify({ query: document, variables }),
      // A command is for the shop that was named; whoever answers in its place gets neither it nor the key.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((error: unknown) => {
      throw new Error(`the shop at ${this.url} does not answer`, { cause: error });
    });
    const { data, errors } = (await response.json().catch(() => ({}))) as GraphqlAnswer;
    const [error] = errors ?? [];
    if (error === undefined && data != null) return data as Data;
    const code = error?.extensions?.code ?? '';
    const message = error === undefined ? `the shop answered ${response.status} and nothing else` : `${code}: ${error.message}`;
    if (WRONG.has(code)) throw new ShopSays('WrongUse', message);
    throw REFUSED.has(code) ? new ShopSays('Refused', message) : new Error(message);
  }

  /** A mutation whose refusals are refusals of the verb. */
  async change<Result extends Payload>(document: string, input: object): Promise<Result> {
    const { result } = await this.ask<{ readonly result: Result }>(document, { input });
    const [refusal] = result.userErrors;
    if (refusal !== undefined) throw new ShopSays('Refused', `${refusal.code}: ${refusal.message}`);
    return result;
  }
}
