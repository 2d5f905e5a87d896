/** Parameters of an epay message by name, decoded. A name stands once. */
export type EpayParams = Readonly<Record<string, string>>;

export type EpayForm = { readonly ok: true; readonly params: EpayParams } | { readonly ok: false; readonly why: string };

/** More than this no message of the protocol has; what has more was written by somebody else. */
const PARAMS_MAX = 64;
const NAME = /^[A-Za-z0-9_]{1,64}$/;
/** Only what a form may consist of: a raw byte outside ASCII would be read differently by different programs. */
const ENCODED = /^[!-~]*$/;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

const refused = (why: string): EpayForm => ({ ok: false, why });

/**
 * Reads a query string or form body as it has to be read where a signature and money hang on it: two readers must never see different things.
 * Refuses a name that stands twice, names that PHP would rewrite (`a[]`, `a.b`), broken percent codes, bytes that are no UTF-8, and control characters.
 * `why` is one of ODD_BYTES, TOO_MANY, ODD_NAME, DUPLICATE_KEY, BAD_ENCODING; it never repeats what was read.
 */
export function readForm(text: string): EpayForm {
  if (!ENCODED.test(text)) return refused('ODD_BYTES');
  const pairs = text === '' ? [] : text.split('&', PARAMS_MAX + 1);
  if (pairs.length > PARAMS_MAX) return refused('TOO_MANY');
  const params = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (!NAME.test(name)) return refused('ODD_NAME');
    if (params.has(name)) return refused('DUPLICATE_KEY');
    const value = decoded(equals < 0 ? '' : pair.slice(equals + 1));
    if (value === undefined) return refused('BAD_ENCODING');
    params.set(name, value);
  }
  return { ok: true, params: Object.fromEntries(params) };
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text.replaceAll('+', ' '));
    return UNPRINTABLE.test(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** The same parameters as a form body or query string. */
export const writeForm = (params: EpayParams): string => new URLSearchParams(params).toString();
