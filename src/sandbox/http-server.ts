import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MESSAGE_BYTES_MAX } from '../protocols/wire';
import type { Delays } from './delays';
import { problem } from './reply';
import type { Answer, Call, Reply } from './reply';

export type Handler = (call: Call, respond: (reply: Reply) => void) => void;

/** Bare node:http: the sandbox shares its machine with what it tests, so it has to be cheap. */
export class HttpServer {
  private handler: Handler = (_call, respond) => respond(problem(503, 'STARTING', 'not yet'));
  private readonly server = createServer((request, response) => this.receive(request, response));
  private address = { host: '', port: 0 };
  private closed = false;

  constructor(private readonly delays: Delays) {}

  serve(handler: Handler): void {
    this.handler = handler;
  }

  /** The URL under which it is reached. */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.removeListener('error', reject);
        resolve();
      });
    });
    const bound = this.server.address();
    this.address = { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.address.port}`;
  }

  close(): Promise<void> {
    this.closed = true;
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MESSAGE_BYTES_MAX) chunks.push(chunk);
    });
    request.on('end', () => {
      if (bytes > MESSAGE_BYTES_MAX) return write(response, problem(400, 'OVERSIZED', `a body holds at most ${MESSAGE_BYTES_MAX} bytes`));
      this.handler(callOf(request, Buffer.concat(chunks)), (reply) => this.end(reply, request, response));
    });
    // A caller who left has nothing to be told.
    request.on('error', () => undefined);
  }

  private end(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
    switch (reply.end) {
      case 'answer':
        return write(response, reply);
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'hang':
        // A timer of the socket goes with the socket: callers who give up leave nothing behind.
        request.socket.setTimeout(Math.max(1, this.delays.scaled(reply.ms)), () => request.socket.destroy());
        return;
      case 'stop-listening':
        request.socket.resetAndDestroy();
        return this.stopListening(reply.ms);
    }
  }

  /** For so long the port refuses connections; those that are busy finish, idle ones are closed so that their owners notice. */
  private stopListening(ms: number): void {
    if (!this.server.listening) return;
    this.server.close();
    this.delays.after(ms, () => this.listenAgain());
  }

  private listenAgain(): void {
    if (this.closed) return;
    this.server.listen(this.address.port, this.address.host);
  }
}

function write(response: ServerResponse, { status, type, body, location }: Answer): void {
  if (response.destroyed) return;
  const length = Buffer.byteLength(body);
  response.writeHead(status, location === undefined ? { 'content-type': type, 'content-length': length } : { location, 'content-length': length });
  response.end(body);
}

function callOf(request: IncomingMessage, body: Buffer): Call {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return {
    method: request.method ?? '',
    path: query < 0 ? url : url.slice(0, query),
    query: query < 0 ? '' : url.slice(query + 1),
    headers: request.headers,
    body,
    local: isLoopback(request.socket.remoteAddress ?? ''),
  };
}

const isLoopback = (address: string): boolean => address === '::1' || /^(?:::ffff:)?127\./.test(address);
