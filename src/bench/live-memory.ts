import { WebSocket } from 'ws';
import { setTimeout as sleep } from 'node:timers/promises';

/** A full collection of a large heap takes a moment; more than this and something else is wrong. */
const ANSWER_TIMEOUT_MS = 30_000;
const MIB = 1_048_576;

interface InspectorAnswer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/**
 * What a process holds on to: heap and buffers right after a full collection, in MiB. The inspector of a process that was started with
 * `--inspect-port` is opened by SIGUSR1 and tells its address on stderr; it costs nothing before.
 *
 * Resident memory cannot tell a leak from a heap that V8 lets grow before it collects; this can.
 */
export class LiveMemory {
  private readonly addresses = new Map<string, string>();

  /** Takes a line of stderr; true when it was an inspector telling its address. */
  take(line: string): boolean {
    const address = /^Debugger listening on (ws:\/\/127\.0\.0\.1:(\d+)\/\S+)/.exec(line);
    if (address?.[1] !== undefined && address[2] !== undefined) this.addresses.set(address[2], address[1]);
    return address !== null || /^For help, see: .*inspector|^Debugger attached|^Debugger ending/.test(line);
  }

  /** The sum over these processes. */
  async measure(pids: readonly number[]): Promise<number> {
    if (this.addresses.size < pids.length) {
      for (const pid of pids) process.kill(pid, 'SIGUSR1');
      for (let waitedMs = 0; this.addresses.size < pids.length; waitedMs += 50) {
        if (waitedMs > ANSWER_TIMEOUT_MS) throw new Error('an inspector did not open');
        await sleep(50);
      }
    }
    const bytes = await Promise.all([...this.addresses.values()].map(liveBytes));
    return bytes.reduce((sum, each) => sum + each, 0) / MIB;
  }
}

async function liveBytes(address: string): Promise<number> {
  const socket = new WebSocket(address);
  try {
    await opened(socket);
    // Twice: what a finaliser frees in the first round is gone after the second.
    await ask(socket, 1, 'HeapProfiler.collectGarbage');
    await ask(socket, 2, 'HeapProfiler.collectGarbage');
    const answer = await ask(socket, 3, 'Runtime.evaluate', {
      expression: '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())',
    });
    return Number(answer.result?.result?.value);
  } finally {
    socket.terminate();
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
}

function ask(socket: WebSocket, id: number, method: string, params: object = {}): Promise<InspectorAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the inspector did not answer ${method}`)), ANSWER_TIMEOUT_MS);
    const listen = (data: Buffer): void => {
      const answer = JSON.parse(data.toString()) as InspectorAnswer;
      if (answer.id !== id) return;
      clearTimeout(timer);
      socket.off('message', listen);
      resolve(answer);
    };
    socket.on('message', listen);
    socket.send(JSON.stringify({ id, method, params }));
  });
}
