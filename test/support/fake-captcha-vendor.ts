import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A captcha's vendor: a real HTTP server that answers what it is told to, or hangs up. */
export class FakeCaptchaVendor {
  readonly heard: URLSearchParams[] = [];
  answer: { readonly status: number; readonly body: string } | 'HANG_UP' = { status: 200, body: '{}' };
  private server: Server | undefined;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        this.heard.push(new URLSearchParams(body));
        if (this.answer === 'HANG_UP') return response.destroy();
        return response.writeHead(this.answer.status, { 'content-type': 'application/json', location: '/elsewhere' }).end(this.answer.body);
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/turnstile/v0/siteverify`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
