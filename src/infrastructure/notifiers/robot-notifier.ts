import { createHmac } from 'node:crypto';
import { type IncidentMessage, isIncidentMessage, type Message, type Notifier, type SendResult } from '../../application/ports/notifier';
import type { Runtime } from '../../application/ports/runtime';
import { HttpCaller } from '../http/http-call';
import { allowedUrl } from '../http/outgoing';

/** A robot in a chat room, as the operator configured it. Its address holds a key, so it is a secret. */
export interface RobotSettings {
  readonly id: string;
  readonly url: string;
  /** DingTalk: what requests are signed with. WeCom has none. */
  readonly secret?: string;
  readonly timeoutMs: number;
}

/** What the two platforms do differently. */
interface Dialect {
  readonly body: (message: IncidentMessage) => object;
  /** Query members that are made anew for each try. */
  readonly signature: (secret: string | undefined, atMs: number) => Readonly<Record<string, string>>;
  /** Error codes for "you send too fast". */
  readonly tooFast: ReadonlySet<number>;
}

/** Both platforms take at most twenty a minute from one robot, and shut it out for a while when it sends more. */
const PER_MINUTE_MAX = 20;
const MINUTE_MS = 60_000;
/** WeCom cuts off, or refuses, longer texts; DingTalk takes more, and nobody reads more. */
const TEXT_BYTES_MAX = 4_096;
const ANSWER_BYTES_MAX = 16_384;

/** The longest beginning of a text that fits, whole characters only. */
export function fitting(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  let cut = '';
  let bytes = Buffer.byteLength('…');
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    cut += character;
  }
  return `${cut}…`;
}

const markdown = ({ title, lines }: IncidentMessage): string =>
  fitting(`**${title}**\n${lines.map((line) => `> ${line}`).join('\n')}`, TEXT_BYTES_MAX);

/** WeCom (企业微信) group robot. */
export const wecom: Dialect = {
  body: (message) => ({ msgtype: 'markdown', markdown: { content: markdown(message) } }),
  signature: () => ({}),
  tooFast: new Set([45_009, 45_033]),
};

/** DingTalk (钉钉) custom robot: with a secret, each request carries a time and HMAC-SHA-256(secret, time + newline + secret). */
export const dingtalk: Dialect = {
  body: (message) => ({ msgtype: 'markdown', markdown: { title: message.title, text: markdown(message).replaceAll('\n', '\n\n') } }),
  signature: (secret, atMs) =>
    secret === undefined ? {} : { timestamp: String(atMs), sign: createHmac('sha256', secret).update(`${atMs}\n${secret}`).digest('base64') },
  tooFast: new Set([130_101, 130_102, 90_018]),
};

/** Tells a chat room of incidents. Its address and secret are out of reach of whoever prints it. */
export class RobotNotifier implements Notifier {
  readonly id: string;
  readonly takesRepeats = false;
  private readonly timeoutMs: number;
  /** When it last sent, newest last; at most so many as a minute takes. */
  private sentAtMs: readonly number[] = [];
  readonly #http: HttpCaller;
  /** Path and query below the host; the key is in there. */
  readonly #path: string;
  readonly #query: URLSearchParams;
  readonly #secret: string | undefined;

  /** Throws when the address is not fit to be used, without quoting it. */
  constructor(
    { id, url, secret, timeoutMs }: RobotSettings,
    private readonly dialect: Dialect,
    private readonly runtime: Runtime,
  ) {
    this.id = id;
    this.timeoutMs = timeoutMs;
    const { origin, pathname, searchParams } = allowedUrl(`Robot ${id}`, url, [URL.parse(url)?.host ?? '']);
    this.#http = new HttpCaller({ baseUrl: origin, headers: {}, answerBytesMax: ANSWER_BYTES_MAX });
    this.#path = pathname;
    this.#query = searchParams;
    this.#secret = secret;
  }

  wants(message: Message): boolean {
    return isIncidentMessage(message);
  }

  async send(message: Message, signal: AbortSignal): Promise<SendResult> {
    if (!isIncidentMessage(message)) return { outcome: 'refused', why: 'NOT_AN_INCIDENT' };
    if (!this.mayStart()) return { outcome: 'retry', why: 'RATE_LIMITED' };
    const query = new URLSearchParams(this.#query);
    for (const [name, value] of Object.entries(this.dialect.signature(this.#secret, this.runtime.wallMs()))) query.set(name, value);
    const said = JSON.stringify(this.dialect.body(message));
    const end = await this.#http.call(
      { method: 'POST', path: `${this.#path}?${query.toString()}`, body: said },
      { timeoutMs: this.timeoutMs, signal },
    );
    if (end.end !== 'replied') return { outcome: 'retry', why: end.end === 'lost' ? end.cause : end.code };
    if (end.status < 200 || end.status > 299) return { outcome: 'retry', why: `HTTP ${end.status}` };
    return this.judge(end.body.toString('utf8'));
  }

  /** A robot that is removed or misconfigured can be put right: nothing is refused for good. */
  private judge(text: string): SendResult {
    const code = errorCodeIn(text);
    if (code === 0) return { outcome: 'sent' };
    if (code === null) return { outcome: 'retry', why: 'UNREADABLE_ANSWER' };
    return { outcome: 'retry', why: this.dialect.tooFast.has(code) ? 'RATE_LIMITED' : `ERRCODE ${code}` };
  }

  private mayStart(): boolean {
    const nowMs = this.runtime.monotonicMs();
    const recent = this.sentAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS);
    this.sentAtMs = recent.length < PER_MINUTE_MAX ? [...recent, nowMs] : recent;
    return recent.length < PER_MINUTE_MAX;
  }

  close(): Promise<void> {
    return this.#http.release();
  }
}

/** Both answer `{errcode, errmsg}`. */
function errorCodeIn(text: string): number | null {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null || !('errcode' in answer)) return null;
    return typeof answer.errcode === 'number' ? answer.errcode : null;
  } catch {
    return null;
  }
}
