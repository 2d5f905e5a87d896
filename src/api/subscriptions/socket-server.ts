import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CloseCode, handleProtocols, makeServer, type Server } from 'graphql-ws';
import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { type WebSocket, WebSocketServer } from 'ws';
import { Background } from '../../application/background';
import { API_OPTIONS, type ApiOptions } from '../api-options';
import { presentErrors } from '../errors/present-errors';
import type { ApiContext } from '../request/api-context';
import { ApiError } from '../errors/api-error';
import { Authentication, type Papers } from '../request/authentication';
import { SubscriptionDesk } from './subscription-desk';

const MESSAGE_BYTES_MAX = 100 * 1_024;
const PER_SOCKET_MAX = 100;
/** Bytes that wait for a peer which asks on and does not read. Updates wait for their reader: only answers to pings and mistakes pile up. */
const UNREAD_BYTES_MAX = 4 * 1_024 * 1_024;
const INIT_WAIT_MS = 3_000;
const PING_EVERY_MS = 12_000;
/** What a peer has to answer our goodbye; one that is only half there would hold up the end of this process. */
const GOODBYE_MS = 1_000;
const GOING_AWAY = 1_001;
const TRY_AGAIN_LATER = 1_013;

interface Extra {
  readonly headers: Papers;
  readonly requestId: string;
  readonly close: (code: number, reason: string) => void;
  context?: ApiContext;
}

/** Subscriptions over WebSocket at /graphql, sub-protocol graphql-transport-ws. */
@Injectable()
export class SocketServer {
  private readonly background = new Background();
  private readonly sockets: WebSocketServer;
  private readonly protocol: Server<Extra>;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    private readonly authentication: Authentication,
    private readonly desk: SubscriptionDesk,
  ) {
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MESSAGE_BYTES_MAX,
      handleProtocols: (protocols) => handleProtocols(protocols),
      perMessageDeflate: false,
    });
    this.protocol = this.makeProtocol();
  }

  attach(server: HttpServer): void {
    server.on('upgrade', (request, socket, head) => {
      // Node listens to it no more: without this a peer that resets its connection here would end the process.
      socket.on('error', () => socket.destroy());
      if (request.url?.split('?')[0] !== '/graphql') return refuse(socket, '404 Not Found');
      if (this.sockets.clients.size >= this.options.subscriptionsMax) return refuse(socket, '503 Service Unavailable');
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.open(webSocket, request.headers));
    });
  }

  /** Takes nobody any more, says goodbye to all, and cuts off whoever does not answer. Resolves when nobody is there. */
  async close(): Promise<void> {
    const inTime = new AbortController();
    const clients = [...this.sockets.clients];
    const gone = clients.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    this.sockets.close();
    for (const socket of clients) socket.close(GOING_AWAY, 'Going away');
    await Promise.race([Promise.all(gone), this.options.runtime.sleep(GOODBYE_MS, inTime.signal)]);
    inTime.abort();
    for (const socket of clients) socket.terminate();
    await Promise.all(gone);
    await this.background.end();
  }

  private makeProtocol(): Server<Extra> {
    // They are sent as plain JSON, whatever their class.
    const present = (extra: Extra, errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] =>
      presentErrors(errors, extra.requestId, (error) => this.options.observer.failed(extra.requestId, error)).errors;
    return makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: INIT_WAIT_MS,
      onConnect: ({ extra, connectionParams }) => this.identify(extra, connectionParams),
      onSubscribe: ({ extra, subscriptions }, _id, { query, variables, operationName }) => {
        if (extra.context === undefined) return [];
        if (Object.keys(subscriptions).length > PER_SOCKET_MAX) throw new Error('too many subscriptions on one socket');
        return this.desk.prepare(extra.context, { query, variables, operationName });
      },
      onError: ({ extra }, _id, _payload, errors) => present(extra, errors),
      onNext: ({ extra }, _id, _payload, _args, { errors, ...rest }) =>
        errors === undefined ? undefined : ({ ...rest, errors: present(extra, errors) } as FormattedExecutionResult),
    });
  }

  /** The papers of `connection_init` count before those of the handshake. False closes the socket with 4403, unless it is closed already. */
  private async identify(extra: Extra, params: Record<string, unknown> | undefined): Promise<boolean> {
    const given = Object.entries(params ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const papers: Papers = { ...extra.headers, ...Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value])) };
    try {
      // Behind a proxy the address of a handshake is the proxy's: each socket counts its own misses.
      extra.context = await this.authentication.identify(papers, extra.requestId, extra.requestId);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Who cannot be told apart from a stranger for now is not told that he is one.
      if (error.code === 'SERVICE_UNAVAILABLE') extra.close(TRY_AGAIN_LATER, error.message);
      return false;
    }
  }

  private open(socket: WebSocket, headers: Papers): void {
    const requestId = this.options.runtime.newId();
    const gone = new AbortController();
    const fail = (error: unknown): void => {
      this.options.observer.failed(requestId, error);
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    };
    const closed = this.protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves when the bytes are with the operating system, so that a slow reader slows its own feed and fills nothing.
        send: (data) =>
          new Promise((resolve, reject) =>
            socket.readyState === socket.OPEN ? socket.send(data, (error) => (error == null ? resolve() : reject(error))) : resolve(),
          ),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => socket.on('message', (data: Buffer) => void take(data.toString('utf8')).catch(fail)),
      },
      { headers, requestId, close: (code, reason) => socket.close(code, reason) },
    );
    socket.on('message', () => void (socket.bufferedAmount > UNREAD_BYTES_MAX && socket.terminate()));
    // A socket error is always followed by its close; a broken peer is no defect of ours.
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      gone.abort();
      void closed(code, reason.toString('utf8')).catch((error: unknown) => this.options.observer.failed(requestId, error));
    });
    this.background.run(() => this.keepAlive(socket, gone.signal));
  }

  /** A peer that has not answered the last ping is gone. */
  private async keepAlive(socket: WebSocket, signal: AbortSignal): Promise<void> {
    let answered = true;
    socket.on('pong', () => (answered = true));
    while (!signal.aborted) {
      if (!answered) socket.terminate();
      answered = false;
      if (socket.readyState === socket.OPEN) socket.ping();
      await this.options.runtime.sleep(PING_EVERY_MS, signal);
    }
  }
}

/** Closed from our side too: a peer that never hangs up would keep it for ever. */
function refuse(socket: Duplex, status: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}
