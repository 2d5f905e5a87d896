import { spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(__dirname, '../../dist/bench/main.js');

export interface Benched<R> {
  readonly code: number | null;
  /** What it said on stderr. */
  readonly said: string;
  readonly result?: R;
}

/** Runs a bench as whoever measures does: in a process of its own, with a shop, a gateway and channels of its own. */
export function bench<R>(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Benched<R>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args, '--json'], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, said] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said, ...(out === '' ? {} : { result: JSON.parse(out) as R }) }));
  });
}
