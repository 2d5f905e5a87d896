import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Call {
  readonly query: URLSearchParams;
  readonly body: { readonly markdown?: { readonly content?: string; readonly text?: string; readonly title?: string } };
  readonly text: string;
}

/** A chat platform's robot as a real HTTP server: it keeps every call, and answers as the platforms say they do unless told otherwise. */
export class RecordedRobot {
  readonly calls: Call[] = [];
  answer: object | string = { errcode: 0, errmsg: 'ok' };
  /** 0: it never answers. */
  status = 200;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<RecordedRobot> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const robot = new RecordedRobot(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/robot/send?key=robot-key`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        robot.calls.push({ query: new URL(request.url ?? '/', robot.url).searchParams, body: JSON.parse(text) as Call['body'], text });
        if (robot.status === 0) return;
        const headers = robot.status === 302 ? { location: robot.url } : {};
        response.writeHead(robot.status, headers).end(typeof robot.answer === 'string' ? robot.answer : JSON.stringify(robot.answer));
      });
    });
    return robot;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
