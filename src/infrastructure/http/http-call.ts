import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import type { CallOptions } from '../../application/ports/outside-call';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, already escaped. */
  readonly path: string;
  readonly body?: string;
  /** Besides those of the account. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the body is; JSON unless told. */
  readonly contentType?: string;
}

/**
 * How the transport ended.
 * notSent = not a byte of the request left this process; lost = it may have arrived and no whole answer came back.
 */
export type HttpEnd =
  | { readonly end: 'replied'; readonly status: number; readonly headers: ReplyHeaders; readonly body: Buffer }
  | { readonly end: 'notSent'; readonly code: string }
  | { readonly end: 'lost'; readonly cause: string };

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpCallerSettings {
  readonly baseUrl: string;
  /** Sent with every request; may hold secrets, so it is never part of an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly answerBytesMax: number;
}

/** Open sockets to one account at a gateway or channel. */
const CONNECTIONS_MAX = 256;
/** Calls under way or waiting for a socket; the next one is refused at once, so a slow partner cannot fill our memory. */
const CALLS_MAX = 2_048;
const CONNECT_TIMEOUT_MS = 5_000;

/** HTTP to one dependency: bounded in time, size and number; no redirects, no retries, never rejects. */
export class HttpCaller {
  private readonly agent = new Agent({
    connections: CONNECTIONS_MAX,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // Our own timer covers the call as a whole; two clocks for one wait would only disagree.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  private readonly origin: string;
  private readonly basePath: string;
  private calls = 0;

  constructor(private readonly settings: HttpCallerSettings) {
    const url = new URL(settings.baseUrl);
    this.origin = url.origin;
    this.basePath = url.pathname.replace(/\/+$/, '');
  }

  /** `timeoutMs` covers everything from the wait for a socket to the last byte of the answer. */
  call(request: HttpRequest, options: CallOptions): Promise<HttpEnd> {
    if (options.signal?.aborted) return Promise.resolve({ end: 'notSent', code: 'ABORTED' });
    if (this.calls >= CALLS_MAX) return Promise.resolve({ end: 'notSent', code: 'BUSY' });
    this.calls++;
    return new Promise((resolve) => {
      const exchange = new Exchange(options, this.settings.answerBytesMax, resolve, () => this.calls--);
      const { method, body, contentType = 'application/json' } = request;
      const headers = {
        ...this.settings.headers,
        ...request.headers,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
      };
      try {
        this.agent.dispatch({ origin: this.origin, path: this.basePath + request.path, method, headers, body: body ?? null }, exchange);
      } catch (error) {
        exchange.onResponseError(undefined, error);
      }
    });
  }

  /** Ends every call under way (each gets its answer) and closes the sockets. */
  release(): Promise<void> {
    return this.agent.destroy();
  }
}

/** One request and its answer. It ends once; what the transport says afterwards is only used to count it as over. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private sent = false;
  private ended = false;
  private status = 0;
  private headers: ReplyHeaders = {};
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort = (): void => this.giveUp('ABORTED');

  constructor(
    private readonly options: CallOptions,
    private readonly bytesMax: number,
    private readonly resolve: (end: HttpEnd) => void,
    private readonly over: () => void,
  ) {
    this.timer = setTimeout(() => this.timeIsUp(), Math.max(0, options.timeoutMs));
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** The last moment before the request is written to a socket, after any wait for one. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (!this.ended && this.options.maySend?.() === false) this.finish({ end: 'notSent', code: 'TOO_LATE' });
    if (this.ended) controller.abort(new Error('no longer wanted'));
    else this.sent = true;
  }

  /** Called for informational answers too; the last one is the answer. */
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.status = status;
    this.headers = headers;
    if (Number(headers['content-length']) > this.bytesMax) this.giveUp('OVERSIZED');
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.bytesMax) this.giveUp('OVERSIZED');
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.chunks;
    const body = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks);
    this.finish({ end: 'replied', status: this.status, headers: this.headers, body });
    this.over();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    this.fail(codeOf(error));
    this.over();
  }

  /** After a pause of our own, timers have their turn before sockets: an answer that lies there unread is no silence. */
  private timeIsUp(): void {
    setImmediate(() => this.giveUp('TIMEOUT'));
  }

  private giveUp(why: string): void {
    if (this.ended) return;
    this.fail(why);
    this.controller?.abort(new Error(why));
  }

  private fail(why: string): void {
    this.finish(this.sent ? { end: 'lost', cause: why } : { end: 'notSent', code: why });
  }

  private finish(end: HttpEnd): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.resolve(end);
  }
}

/** The short stable name of a transport error; messages may hold addresses and are left behind. */
function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'TRANSPORT_ERROR';
}
