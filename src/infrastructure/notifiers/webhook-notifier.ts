import { Agent, request } from 'undici';
import { isIncidentKind, isIncidentMessage, type Message, type Notifier, type SendResult } from '../../application/ports/notifier';
import type { Runtime } from '../../application/ports/runtime';
import { allowedUrl, causeOf } from '../http/outgoing';
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
  /** What it is told of: kinds of message, or names of events; everything about orders unless told. */
  readonly events?: readonly string[];
}

const CONNECTIONS_MAX = 8;
/** An answer is only its status; more than so many bytes of text are not waited for. */
const ANSWER_BYTES_MAX = 16_384;
/** The receiver will never take this message: it is malformed to them, too large, or the endpoint is gone for good. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 410, 413, 415, 422]);

/** Posts order events in the Standard Webhooks format. Redirects are not followed: they would lead to hosts nobody allowed. */
export class WebhookNotifier implements Notifier {
  readonly id: string;
  readonly takesRepeats = true;
  private readonly url: URL;
  private readonly agent: Agent;
  private readonly timeoutMs: number;
  private readonly events: ReadonlySet<string> | undefined;
  /** Out of reach of whoever prints this object. */
  readonly #keys: readonly WebhookKey[];

  /** Throws when URL or secrets are not fit to be used; the words hold neither. */
  constructor(
    settings: WebhookSettings,
    private readonly runtime: Runtime,
  ) {
    this.id = settings.id;
    this.url = allowedUrl(`Webhook ${settings.id}`, settings.url, settings.allowedHosts);
    this.timeoutMs = settings.timeoutMs;
    this.events = settings.events && new Set(settings.events);
    this.#keys = settings.secrets.map(webhookKey);
    if (this.#keys.length === 0) throw new Error(`Webhook ${settings.id} has no secret.`);
    this.agent = new Agent({ connections: CONNECTIONS_MAX, connect: { timeout: settings.timeoutMs } });
  }

  wants(message: Message): boolean {
    if (this.events === undefined) return !isIncidentKind(message.kind);
    return this.events.has(message.kind) || (message.kind === 'ORDER_EVENT' && this.events.has(String(message.payload['event'])));
  }

  async send(message: Message, signal: AbortSignal): Promise<SendResult> {
    const body = JSON.stringify({ type: message.kind, ...subjectOf(message), data: message.payload });
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

const subjectOf = (message: Message): object =>
  isIncidentMessage(message)
    ? { incidentId: message.incidentId, title: message.title, lines: message.lines }
    : { orderId: message.orderId, orderNumber: message.orderNumber };
