import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BadNews, EXIT, WrongUse } from '../exit';
import { textOf } from '../shop-file/text-of';

/** Programs that stand apart from this one: they are started, never imported. */
export const PROGRAMS = {
  cli: join(__dirname, '../main.js'),
  sandbox: join(__dirname, '../../sandbox/main.js'),
  bench: join(__dirname, '../../bench/main.js'),
  simulation: join(__dirname, '../../simulation/main.js'),
} as const;

/** A simulated day makes much garbage that is soon forgotten: with room for it, little of it is ever copied. */
const SIMULATION_FLAGS = ['--max-semi-space-size=64'] as const;

/** Until Ctrl-C, which the terminal sends to both. */
export async function runSandbox({
  port,
  channelPorts,
  data,
  delayScale,
}: {
  readonly port: number;
  readonly channelPorts?: string;
  readonly data?: string;
  readonly delayScale: string;
}): Promise<void> {
  await runProgram(PROGRAMS.sandbox, [
    ...['--port', String(port), '--delay-scale', delayScale],
    ...(channelPorts === undefined ? [] : ['--channel-ports', channelPorts]),
    ...(data === undefined ? [] : ['--data', data]),
  ]);
}

export async function runBench(flags: readonly string[]): Promise<void> {
  if (!existsSync(PROGRAMS.bench)) throw new Error('the bench program is not part of this build');
  await runProgram(PROGRAMS.bench, flags);
}

/** A shop that exists in memory only: nothing of this one is opened. */
export async function runSimulation(flags: readonly string[], shop?: string): Promise<void> {
  if (shop === undefined) return runProgram(PROGRAMS.simulation, flags, { nodeFlags: SIMULATION_FLAGS });
  const name = basename(shop);
  const { gateways, channels, skus } = (await import('../shop-file/shop-file')).parseShopFile(textOf(shop), name);
  const input = JSON.stringify({ gateways, channels, skus });
  await runProgram(PROGRAMS.simulation, [...flags, '--shop-name', name], { nodeFlags: SIMULATION_FLAGS, input });
}

interface HowToRun {
  readonly nodeFlags?: readonly string[];
  /** What it reads from its standard input; that of this program when absent. */
  readonly input?: string;
}

/** Lives as long as the program, hands on the signals it gets, and ends as it ended. */
async function runProgram(file: string, args: readonly string[], { nodeFlags = [], input }: HowToRun = {}): Promise<void> {
  const child = spawn(process.execPath, [...nodeFlags, file, ...args], { stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'] });
  // A program that ends before it has read all says so by its exit code.
  child.stdin?.on('error', () => undefined).end(input);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code === EXIT.wrongUse) throw new WrongUse('PROGRAM_NOT_STARTED');
  if (code !== EXIT.done) throw new BadNews(`ended with ${code}`);
}
