import { createTransport } from 'nodemailer';
import { isIncidentMessage, type Message, type Notifier, type SendResult } from '../../application/ports/notifier';
import { sha256Hex } from '../../domain/kernel/hash';
import { mailText } from './mail-texts';

export interface SmtpSettings {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** implicit: TLS from the first byte. starttls: refused when the server cannot. none: only for a server on the same machine. */
  readonly security: 'implicit' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  readonly from: string;
  /** It mails these people about incidents, in place of buyers about orders. */
  readonly operators?: readonly string[];
  /** One message, from the wait for a connection to the server's last word. */
  readonly timeoutMs: number;
}

/**
 * Reads `smtps://user:password@host:port` (TLS at once) or `smtp://…` (STARTTLS, except to this very machine).
 * Throws without quoting the URL.
 */
export function smtpServer(url: string): Pick<SmtpSettings, 'host' | 'port' | 'security' | 'login'> {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.hostname === '' || !['smtp:', 'smtps:'].includes(parsed.protocol))
    throw new Error('An SMTP server is smtp://host or smtps://host.');
  const { hostname: host, username, password } = parsed;
  const implicit = parsed.protocol === 'smtps:';
  return {
    host,
    port: parsed.port === '' ? (implicit ? 465 : 587) : Number(parsed.port),
    security: implicit ? 'implicit' : LOOPBACK.has(host) ? 'none' : 'starttls',
    ...(username === '' ? {} : { login: { user: decodeURIComponent(username), password: decodeURIComponent(password) } }),
  };
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
const CONNECTIONS_MAX = 4;
/** One mailbox and no list: what a buyer typed must not become several recipients or a header. */
const ADDRESS = /^[^\s@<>(),;:"\\]{1,64}@[^\s@<>(),;:"\\]{1,255}$/;

/** Mails buyers the link to their order, never a code. A repeat carries the same Message-ID. */
export class SmtpNotifier implements Notifier {
  readonly id: string;
  readonly takesRepeats = false;
  private readonly from: string;
  private readonly timeoutMs: number;
  private readonly operators: readonly string[] | undefined;
  /** Holds the password, so it is out of reach of whoever prints this object. */
  readonly #transport;

  constructor({ id, from, operators, timeoutMs, host, port, security, login }: SmtpSettings) {
    this.id = id;
    this.from = from;
    this.timeoutMs = timeoutMs;
    this.operators = operators;
    this.#transport = createTransport({
      pool: true,
      maxConnections: CONNECTIONS_MAX,
      host,
      port,
      secure: security === 'implicit',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  wants(message: Message): boolean {
    if (isIncidentMessage(message)) return this.operators !== undefined;
    return this.operators === undefined && message.kind !== 'ORDER_EVENT' && message.to !== undefined;
  }

  async send(message: Message, signal: AbortSignal): Promise<SendResult> {
    const { to, subject, text } = this.letterOf(message);
    if (to.length === 0) return { outcome: 'refused', why: 'NOTHING_TO_MAIL' };
    if (!to.every((address) => ADDRESS.test(address))) return { outcome: 'refused', why: 'BAD_ADDRESS' };
    const mail = {
      from: this.from,
      to: to.map((address) => ({ name: '', address })),
      messageId: `<${sha256Hex(message.messageId)}@cardrail>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      subject,
      text,
    };
    const sent = this.#transport.sendMail(mail).then((): SendResult => ({ outcome: 'sent' }), judge);
    return Promise.race([sent, givenUp(AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]))]);
  }

  private letterOf(message: Message): { readonly to: readonly string[]; readonly subject: string; readonly text: string } {
    if (isIncidentMessage(message)) return { to: this.operators ?? [], subject: message.title, text: `${message.lines.join('\n')}\n` };
    const { kind, to } = message;
    return kind === 'ORDER_EVENT' || to === undefined ? { to: [], subject: '', text: '' } : { to: [to], ...mailText(kind, message) };
  }

  /** Ends the connections. A message under way may or may not have been sent. */
  close(): void {
    this.#transport.close();
  }
}

/** The mail may still go out; the outbox sends at least once, so that is allowed. */
function givenUp(signal: AbortSignal): Promise<SendResult> {
  const result: SendResult = { outcome: 'retry', why: 'NO_ANSWER' };
  if (signal.aborted) return Promise.resolve(result);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(result), { once: true }));
}

/** Only a lasting no to this recipient or this text is final. A refused login or sender is our own mistake and can be put right. */
function judge(error: { readonly code?: string; readonly command?: string; readonly responseCode?: number }): SendResult {
  const { code = 'UNKNOWN', command = '', responseCode = 0 } = error;
  const why = responseCode === 0 ? code : `${code} ${responseCode}`;
  const aboutThisMail = command.startsWith('RCPT') || command.startsWith('DATA');
  return { outcome: aboutThisMail && responseCode >= 500 ? 'refused' : 'retry', why };
}
