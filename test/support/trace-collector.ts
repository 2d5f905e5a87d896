import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real collector of traces that hands over every body as it came. */
export class TraceCollector {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(heard: (body: string) => void): Promise<TraceCollector> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard(Buffer.concat(chunks).toString('utf8'));
        response.end('{}');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new TraceCollector(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    await new Promise((closed) => (this.server.close(closed), this.server.closeAllConnections()));
  }
}
