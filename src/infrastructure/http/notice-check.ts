import type { IncomingNotice, NoticeVerdict } from '../../application/ports/outside-call';
import { readStrictJson } from '../../protocols/strict-json';
import { checkWebhook, type WebhookKey } from '../../protocols/webhook-signing';
import { MESSAGE_BYTES_MAX } from '../../protocols/wire';

/** A notice that one of our keys signed and that holds JSON; what it says is the adapter's to read. */
export interface SignedJson {
  readonly id: string;
  readonly json: unknown;
}

const unreadable = (why: string): NoticeVerdict<never> => ({ outcome: 'unreadable', why });

/** Judges the raw bytes of a notice in the Standard Webhooks format: whether it is genuine, and whether it is JSON of a size that a notice has. */
export function judgeNotice(keys: readonly WebhookKey[], { headers, body, receivedAtMs, inQuery }: IncomingNotice): NoticeVerdict<SignedJson> {
  if (inQuery === true) return { outcome: 'forged', why: 'NO_BODY' };
  const check = checkWebhook(keys, headers, body, receivedAtMs);
  if (!check.genuine) return { outcome: 'forged', why: check.why };
  if (body.length > MESSAGE_BYTES_MAX) return unreadable('OVERSIZED');
  if (!isJsonType(headers['content-type'])) return unreadable('WRONG_TYPE');
  const json = readStrictJson(body);
  return json.ok ? { outcome: 'genuine', notice: { id: check.id, json: json.value } } : unreadable(json.why);
}

/** JSON is UTF-8 by definition; a notice that names no type is read as JSON, one that names another is not. */
function isJsonType(contentType: IncomingNotice['headers'][string]): boolean {
  return contentType === undefined || (typeof contentType === 'string' && /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType));
}
