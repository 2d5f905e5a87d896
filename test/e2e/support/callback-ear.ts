import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback that was answered with success: whoever sent it will never send it again. */
export interface TakenCallback {
  readonly noticeId: string;
  /** What it is about: the reference of a payment, or the id of a purchase. */
  readonly subject: string;
}

/**
 * Stands between gateways and channels and the shop, as a load balancer would, and writes down what the shop answered. The shop's
 * own word is not asked for.
 */
export class CallbackEar {
  readonly taken: TakenCallback[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(shopUrl: string): Promise<CallbackEar> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const ear = new CallbackEar(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      // A shop that is away is a connection that breaks, as without us.
      void ear.pass(shopUrl, request, response).catch(() => response.destroy());
    });
    return ear;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(shopUrl: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const carried = Object.entries(request.headers).filter(([name]) => name === 'content-type' || name.startsWith('webhook-'));
    const headers = Object.fromEntries(carried.map(([name, value]) => [name, String(value)]));
    const answer = await fetch(shopUrl + (request.url ?? ''), { method: 'POST', headers, body });
    const { status } = answer;
    if (status === 200) this.taken.push({ noticeId: headers['webhook-id'] ?? '', subject: subjectOf(body) });
    response.writeHead(status).end(await answer.text());
  }
}

function subjectOf(body: string): string {
  const { reference, requestId } = JSON.parse(body) as { readonly reference?: string; readonly requestId?: string };
  return reference ?? requestId ?? '';
}
