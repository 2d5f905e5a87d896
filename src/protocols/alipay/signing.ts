import type { EpayParams } from '../epay/form';

/**
 * What RSA2 signs at Alipay: the parameters that are not empty, without `sign`, sorted by name, as `name=value` joined by `&`. Requests sign their `sign_type`,
 * notices leave it out. Answers are signed as the bytes of their one member, see `signedMember`.
 */
export function textToSign(params: EpayParams, leftOut: ReadonlySet<string>): string {
  return Object.entries(params)
    .filter(([name, value]) => value !== '' && !leftOut.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

export const IN_REQUESTS: ReadonlySet<string> = new Set(['sign']);
export const IN_NOTICES: ReadonlySet<string> = new Set(['sign', 'sign_type']);

/** The text of one member of a JSON object exactly as it was written; undefined when it is no object there. The JSON as a whole is valid. */
export function signedMember(json: string, name: string): string | undefined {
  const start = json.indexOf(`"${name}":`);
  if (start < 0) return undefined;
  const from = start + name.length + 3;
  if (json[from] !== '{') return undefined;
  let depth = 0;
  for (let at = from; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      // To the end of the text, over what is escaped in it.
      for (at++; at < json.length && json[at] !== '"'; at++) if (json[at] === '\\') at++;
      continue;
    }
    if (character === '{') depth++;
    if (character === '}' && --depth === 0) return json.slice(from, at + 1);
  }
  return undefined;
}

/** `2026-11-28 10:15:00`, Beijing time, as Alipay writes times; from milliseconds since 1970 UTC. */
export function beijingTime(atMs: number): string {
  return new Date(atMs + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ');
}
const BEIJING_AHEAD_MS = 8 * 3_600_000;
