import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly id: string;
  readonly body: { readonly data?: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The shop's own system: a real HTTP server that takes every webhook and remembers each delivery. */
export class WebhookSink {
  private readonly received: Received[] = [];
  /** What it answers to a message; one that it turns away is not remembered. */
  answer: (text: string) => number = () => 204;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookSink> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const sink = new WebhookSink(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`);
    server.on('request', (request, response) => {
      void sink.take(request).then((status) => response.writeHead(status).end());
    });
    return sink;
  }

  /** Names of the events that were told of an order, in the order in which they came. */
  kindsOf(orderId: string): readonly string[] {
    return this.of(orderId).map(({ text }) => /"event":"(\w+)"/.exec(text)?.[1] ?? '?');
  }

  /** The same, each event once: without what came again, and without the messages to buyers. */
  eventsOf(orderId: string): readonly string[] {
    const known = new Set<string>();
    const first = this.of(orderId).filter(({ id, body }) => body['type'] === 'ORDER_EVENT' && !known.has(id) && known.add(id));
    return first.map(({ text }) => /"event":"(\w+)"/.exec(text)?.[1] ?? '?');
  }

  /** Message ids of what came about an order, in the order in which they came. */
  idsOf(orderId: string): readonly string[] {
    return this.of(orderId).map(({ id }) => id);
  }

  /** Whether these words came in any message. */
  holds(words: string): boolean {
    return this.received.some(({ text }) => text.includes(words));
  }

  /** Titles of everything that has one: messages about incidents. */
  titles(): readonly string[] {
    return this.received.flatMap(({ body }) => (typeof body['title'] === 'string' ? [body['title']] : []));
  }

  /** Message ids that came more than once. */
  repeats(): readonly string[] {
    return repeated(this.received);
  }

  repeatsOf(orderId: string): readonly string[] {
    return repeated(this.of(orderId));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private of(orderId: string): readonly Received[] {
    return this.received.filter(({ text }) => text.includes(orderId));
  }

  private async take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const status = this.answer(text);
    if (status < 300) this.received.push({ id: String(request.headers['webhook-id']), body: JSON.parse(text) as Received['body'], text });
    return status;
  }
}

function repeated(received: readonly Received[]): readonly string[] {
  const ids = received.map(({ id }) => id);
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}
