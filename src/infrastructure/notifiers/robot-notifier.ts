import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import { type IncidentMessage, isIncidentMessage, type Message, type Notifier, type SendResult } from '../../application/ports/notifier';
import type { Runtime } from '../../application/ports/runtime';
import { allowedUrl, causeOf } from '../http/outgoing';

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

/** Tells a chat room of incidents. Redirects are not followed. Its address and secret are out of reach of whoever prints it. */
export class RobotNotifier implements Notifier {
  readonly id: string;
  readonly takesRepeats = false;
  private readonly agent: Agent;
  private readonly timeoutMs: number;
  /** When it last sent, newest last; at most so many as a minute takes. */
  private sentAtMs: readonly number[] = [];
  readonly #url: URL;
  readonly #secret: string | undefined;

  /** Throws when the address is not fit to be used, without quoting it. */
  constructor(
    { id, url, secret, timeoutMs }: RobotSettings,
    private readonly dialect: Dialect,
    private readonly runtime: Runtime,
  ) {
    this.id = id;
    this.timeoutMs = timeoutMs;
    this.#url = allowedUrl(`Robot ${id}`, url, [URL.parse(url)?.host ?? '']);
    this.#secret = secret;
    this.agent = new Agent({ connections: 1, connect: { timeout: timeoutMs } });
  }

  wants(message: Message): boolean {
    return isIncidentMessage(message);
  }

  async send(message: Message, signal: AbortSignal): Promise<SendResult> {
    if (!isIncidentMessage(message)) return { outcome: 'refused', why: 'NOT_AN_INCIDENT' };
    if (!this.mayStart()) return { outcome: 'retry', why: 'RATE_LIMITED' };
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(this.dialect.signature(this.#secret, this.runtime.wallMs()))) url.searchParams.set(name, value);
    try {
      const answer = await request(url, {
        dispatcher: this.agent,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.dialect.body(message)),
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]),
      });
      if (answer.statusCode < 200 || answer.statusCode > 299) {
        await answer.body.dump({ limit: ANSWER_BYTES_MAX }).catch(() => undefined);
        return { outcome: 'retry', why: `HTTP ${answer.statusCode}` };
      }
      return this.judge(await answer.body.text());
    } catch (error) {
      return { outcome: 'retry', why: causeOf(error) };
    }
  }

  /** A robot that is removed or misconfigured can be put right: nothing is refused for good. */
  private judge(text: string): SendResult {
    const code = errorCodeIn(text.slice(0, ANSWER_BYTES_MAX));
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

  async close(): Promise<void> {
    await this.agent.close();
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
