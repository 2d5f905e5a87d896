import { connect, type Socket } from 'node:net';
import { build, type Histogram } from 'hdr-histogram-js';

/** One HTTP answer as the load generator reads it: enough to tell success from failure, and cheap. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** The whole request, headers and body, for the n-th sending. */
  readonly request: (n: number) => Buffer;
  /** Requests per second, sent on the beat whatever the answers do (open loop); as fast as answers come when absent. */
  readonly perSecond?: number;
  /** Sees every answer; false = it counts as failed. */
  readonly onAnswer: (answer: RawAnswer, n: number) => boolean;
}

/** A request over HTTP/1.1 keep-alive, as bytes. */
export function httpRequest(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ host: '127.0.0.1', 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}`, ...headers });
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

/** One keep-alive connection with one request under way. It reads answers with a content-length, which is all that our servers send here. */
class Connection {
  private buffered: Buffer = Buffer.alloc(0);
  private waiting: ((answer: RawAnswer | null) => void) | null = null;
  private socket: Socket;

  constructor(private readonly port: number) {
    this.socket = this.open();
  }

  send(request: Buffer): Promise<RawAnswer | null> {
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.socket.write(request);
    });
  }

  end(): void {
    this.waiting = null;
    this.socket.destroy();
  }

  private open(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk) => this.read(chunk));
    const lost = (): void => {
      const waiting = this.waiting;
      if (waiting === null) return;
      this.waiting = null;
      this.buffered = Buffer.alloc(0);
      this.socket = this.open();
      waiting(null);
    };
    socket.on('error', lost);
    socket.on('close', lost);
    return socket;
  }

  private read(chunk: Buffer): void {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
    const headEnd = this.buffered.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.buffered.toString('latin1', 0, headEnd);
    const length = /content-length: (\d+)/i.exec(head)?.[1];
    const end = headEnd + 4 + Number(length ?? 0);
    if (this.buffered.length < end) return;
    const answer = { status: Number(head.slice(9, 12)), body: this.buffered.toString('utf8', headEnd + 4, end) };
    this.buffered = this.buffered.subarray(end);
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.(answer);
  }
}

class Measurement {
  readonly histogram: Histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 120_000_000, numberOfSignificantValueDigits: 3 });
  sent = 0;
  answered = 0;
  failed = 0;

  result(seconds: number): LoadResult {
    const ms = (percentile: number): number => this.histogram.getValueAtPercentile(percentile) / 1_000;
    return {
      sent: this.sent,
      answered: this.answered,
      failed: this.failed,
      seconds,
      perSecond: this.answered / seconds,
      p50Ms: ms(50),
      p99Ms: ms(99),
    };
  }
}

/** Closed loop: every connection sends its next request when it has its answer. */
async function closedLoop(options: LoadOptions, connections: readonly Connection[], measured: Measurement, until: number): Promise<void> {
  const one = async (connection: Connection): Promise<void> => {
    while (performance.now() < until) await sendOne(options, connection, measured, performance.now());
  };
  await Promise.all(connections.map(one));
}

/** Open loop: requests leave on the beat; latency counts from the beat, so a stall is not hidden by waiting politely. */
async function openLoop(
  options: LoadOptions,
  perSecond: number,
  connections: readonly Connection[],
  measured: Measurement,
  until: number,
): Promise<void> {
  const start = performance.now();
  let beats = 0;
  const one = async (connection: Connection): Promise<void> => {
    for (;;) {
      const due = start + (beats++ * 1_000) / perSecond;
      if (due >= until) return;
      const waitMs = due - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await sendOne(options, connection, measured, due);
    }
  };
  await Promise.all(connections.map(one));
}

async function sendOne(options: LoadOptions, connection: Connection, measured: Measurement, from: number): Promise<void> {
  const n = measured.sent++;
  const answer = await connection.send(options.request(n));
  if (answer === null || !options.onAnswer(answer, n)) {
    measured.failed++;
    return;
  }
  measured.answered++;
  measured.histogram.recordValue(Math.max(1, Math.round((performance.now() - from) * 1_000)));
}

/** Loads one port and measures it. The same generator drives the reference and the product. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const connections = Array.from({ length: options.connections }, () => new Connection(options.port));
  const measured = new Measurement();
  const start = performance.now();
  const until = start + options.seconds * 1_000;
  if (options.perSecond === undefined) await closedLoop(options, connections, measured, until);
  else await openLoop(options, options.perSecond, connections, measured, until);
  const seconds = (performance.now() - start) / 1_000;
  for (const connection of connections) connection.end();
  return measured.result(seconds);
}
