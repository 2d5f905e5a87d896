import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SERVER_FLAGS } from '../server-flags';
import { LiveMemory } from './live-memory';

export const CLI = 'cli/main.js';

/** Programs of this build, by their place under dist/. */
const program = (path: string): string => join(__dirname, '..', path);

const START_TIMEOUT_MS = 60_000;
/** Clock ticks per second in /proc: fixed at 100 on Linux. */
const TICK_MS = 10;

export interface Started {
  readonly child: ChildProcess;
  /** The line of JSON that it prints when it is up. */
  readonly says: Readonly<Record<string, unknown>>;
  /** What it and its workers hold on to. */
  readonly memory: LiveMemory;
}

/** Who would live on if this program were stopped. */
const alive = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopAll();
    process.exit(1);
  });
}

/** Ends whatever this program started and has not stopped, which would keep it alive. */
export function stopAll(): void {
  for (const child of alive) child.kill('SIGTERM');
}

type Environment = Readonly<Record<string, string>>;

/** Starts a shop as its own starters do, and waits for its first line. */
export const serve = (args: readonly string[], environment: Environment): Promise<Started> =>
  start(CLI, ['serve', ...args], environment, SERVER_FLAGS);

/** Starts a program of ours, Node with these flags, and waits for its first line. */
export function start(path: string, args: readonly string[], environment: Environment, flags: readonly string[] = []): Promise<Started> {
  return new Promise((resolve, reject) => {
    // Workers of a cluster take the ports behind it, so 0 would not do.
    const child = spawn(process.execPath, [...flags, `--inspect-port=${randomInt(20_000, 32_000)}`, program(path), ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    const memory = new LiveMemory();
    createInterface({ input: child.stderr }).on('line', (line) => memory.take(line) || process.stderr.write(`${line}\n`));
    const timer = setTimeout(() => reject(new Error(`${path} did not start in time`)), START_TIMEOUT_MS);
    child.once('exit', (code) => reject(new Error(`${path} ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve({ child, says: JSON.parse(line) as Record<string, unknown>, memory });
    });
  });
}

/** Runs a program of ours to its end. Rejects when it fails. */
export function run(path: string, args: readonly string[], environment: Environment): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program(path), ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${path} ${args[0] ?? ''} ended with ${code}`))));
  });
}

/** The same for one that tells something: its output, line by line. */
export function linesOf(path: string, args: readonly string[], environment: Environment, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program(path), ...args], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: child.stdout }).on('line', onLine);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${path} ${args[0] ?? ''} ended with ${code}`))));
  });
}

export function stop({ child }: Started): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** CPU time that a process has used so far, user and system. Milliseconds; 0 where /proc is not to be had. */
export const cpuMsOf = (pid: number): number => cpuMsIn(`/proc/${pid}/stat`);

function cpuMsIn(file: string): number {
  try {
    const stat = readFileSync(file, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

/** The same for its main thread alone: what its event loop was busy for. */
export const eventLoopMsOf = (pid: number): number => cpuMsIn(`/proc/${pid}/task/${pid}/stat`);

/** Ticks of all cores since the machine was started. */
export interface MachineTicks {
  readonly busy: number;
  readonly all: number;
}

/** What the machine did, whoever asked it to; null where /proc is not to be had. */
export function machineTicks(): MachineTicks | null {
  try {
    const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...taken] = (/^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '')
      .split(' ')
      .map(Number);
    // Interrupts, and what other guests of the host took; the last two numbers are part of the first two.
    const busy = user + nice + system + taken.slice(0, 3).reduce((sum, ticks) => sum + ticks, 0);
    return { busy, all: busy + idle + waiting };
  } catch {
    return null;
  }
}

/** Resident memory of a process in MiB; 0 where /proc is not to be had. */
export function rssMbOf(pid: number): number {
  try {
    return Number(/VmRSS:[\t ]+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
