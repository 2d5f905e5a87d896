const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** An address that messages may go to: https, or http to this machine, at a host that the operator named. Throws without quoting it. */
export function allowedUrl(who: string, url: string, allowedHosts: readonly string[]): URL {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.username !== '' || parsed.password !== '') throw new Error(`${who} has no usable URL.`);
  const secure = parsed.protocol === 'https:' || (parsed.protocol === 'http:' && LOOPBACK.has(parsed.hostname));
  if (!secure) throw new Error(`${who} must use https.`);
  if (!allowedHosts.includes(parsed.host)) throw new Error(`${who} names a host that is not allowed.`);
  return parsed;
}

/** Why there was no answer, in a word. Never the address: a secret may stand in it. */
export function causeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && error.name === 'TimeoutError' ? 'TIMEOUT' : 'NO_ANSWER';
}
