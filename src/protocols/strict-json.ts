import { isUtf8 } from 'node:buffer';

/** Deeper than anything our protocols say; what is deeper was not written by a partner. */
export const JSON_DEPTH_MAX = 16;

export type StrictJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

const refused = (why: string): StrictJson => ({ ok: false, why });

/**
 * Reads bytes as JSON about money has to be read: two readers of the same bytes must never see different things.
 * Besides everything that is not JSON (`010`, a byte order mark, bad UTF-8), it refuses duplicate keys and integers in disguise (`1e1`, `10.0`, `-0`).
 * `why` is one of BAD_UTF8, BAD_JSON, TOO_DEEP, DUPLICATE_KEY, ODD_NUMBER; it never repeats what was read.
 */
export function readStrictJson(bytes: Buffer): StrictJson {
  if (!isUtf8(bytes)) return refused('BAD_UTF8');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('BAD_JSON');
  }
  const flaw = flawOf(text);
  return flaw === undefined ? { ok: true, value } : refused(flaw);
}

/** The tokens of valid JSON that matter: strings (group 1: it is a key), numbers, and the brackets. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"([ \t\r\n]*:)?|-?[0-9][0-9.eE+-]*|[{}[\]]/g;

/** Only called with text that is valid JSON, which is why tokens are enough to know where one is. */
function flawOf(text: string): string | undefined {
  const scopes: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    switch (token.charAt(0)) {
      case '{':
      case '[':
        if (scopes.push(new Set()) > JSON_DEPTH_MAX) return 'TOO_DEEP';
        break;
      case '}':
      case ']':
        scopes.pop();
        break;
      case '"': {
        if (colon === undefined) break;
        const key = keyOf(token.slice(0, token.length - colon.length));
        const keys = scopes.at(-1);
        if (keys?.has(key)) return 'DUPLICATE_KEY';
        keys?.add(key);
        break;
      }
      default:
        if (isIntegerInDisguise(token)) return 'ODD_NUMBER';
    }
  }
  return undefined;
}

/** A key is compared as it will be read: `"\u0061"` is `"a"`. */
const keyOf = (literal: string): string => (literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1));

/** An integer is written with digits only. Real fractions may stand in fields that we do not read. */
const isIntegerInDisguise = (literal: string): boolean => literal === '-0' || (/[.eE]/.test(literal) && Number.isInteger(Number(literal)));
