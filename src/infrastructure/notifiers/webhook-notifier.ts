import { Agent, request } from 'undici';
import type { Message, Notifier, SendResult } from '../../application/ports/notifier';
import type { Runtime } from '../../application/ports/runtime';
import { signedHeaders, webhookKey, type WebhookKey } from '../../protocols/webhook-signing';

export interface WebhookSettings {
  readonly id: string;
  /** https, or http to this machine. */
  readonly url: string;
  /** `whsec_` and base64; several while a secret is being changed. */
  readonly secrets: readonly string[];
  /** Hosts (with port, when it is not the usual one) that the operator allowed; the URL must name one of them. */
  readonly allowedHosts: readonly string[];
  /** One message, from the wait for a connection to the answer's status. */
  readonly timeoutMs: number;
  /** What it is told of; everything unless told. */
  readonly kinds?: readonly Message['kind'][];
}

const CONNECTIONS_MAX = 8;
/** An answer is only its status; more than so many bytes of text are not waited for. */
const ANSWER_BYTES_MAX = 16_384;
/** The receiver will never take this message: it is malformed to them, too large, or the endpoint is gone for good. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 410, 413, 415, 422]);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Posts order events in the Standard Webhooks format. Redirects are not followed: they would lead to hosts nobody allowed. */
export class WebhookNotifier implements Notifier {
  readonly id: string;
  private readonly url: URL;
  private readonly agent: Agent;
  private readonly timeoutMs: number;
  private readonly kinds: ReadonlySet<Message['kind']> | undefined;
  /** Out of reach of whoever prints this object. */
  readonly #keys: readonly WebhookKey[];

  /** Throws when URL or secrets are not fit to be used; the words hold neither. */
  constructor(
    settings: WebhookSettings,
    private readonly runtime: Runtime,
  ) {
    this.id = settings.id;
    this.url = allowedUrl(settings);
    this.timeoutMs = settings.timeoutMs;
    this.kinds = settings.kinds && new Set(settings.kinds);
    this.#keys = settings.secrets.map(webhookKey);
    if (this.#keys.length === 0) throw new Error(`Webhook ${settings.id} has no secret.`);
    this.agent = new Agent({ connections: CONNECTIONS_MAX, connect: { timeout: settings.timeoutMs } });
  }

  wants(message: Message): boolean {
    return this.kinds?.has(message.kind) ?? true;
  }

  async send(message: Message, signal: AbortSignal): Promise<SendResult> {
    const body = JSON.stringify({ type: message.kind, orderId: message.orderId, orderNumber: message.orderNumber, data: message.payload });
    try {
      const answer = await request(this.url, {
        dispatcher: this.agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signedHeaders(this.#keys, message.messageId, this.runtime.wallMs(), body) },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]),
      });
      // The status has said it all; a text that breaks off changes nothing.
      await answer.body.dump({ limit: ANSWER_BYTES_MAX }).catch(() => undefined);
      return judge(answer.statusCode);
    } catch (error) {
      return { outcome: 'retry', why: causeOf(error) };
    }
  }

  async close(): Promise<void> {
    await this.agent.close();
  }
}

function judge(status: number): SendResult {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  return { outcome: FINAL_STATUSES.has(status) ? 'refused' : 'retry', why: `HTTP ${status}` };
}

function allowedUrl({ id, url, allowedHosts }: WebhookSettings): URL {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.username !== '' || parsed.password !== '') throw new Error(`Webhook ${id} has no usable URL.`);
  const secure = parsed.protocol === 'https:' || (parsed.protocol === 'http:' && LOOPBACK.has(parsed.hostname));
  if (!secure) throw new Error(`Webhook ${id} must use https.`);
  if (!allowedHosts.includes(parsed.host)) throw new Error(`Webhook ${id} names a host that is not allowed.`);
  return parsed;
}

function causeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && error.name === 'TimeoutError' ? 'TIMEOUT' : 'NO_ANSWER';
}
