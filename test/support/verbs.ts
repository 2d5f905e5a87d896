import { type ChildProcess, fork, spawn } from 'node:child_process';
import { join } from 'node:path';

/** What a shell sees of a command. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const CLI = join(__dirname, '../../dist/cli/main.js');
const VERBS = join(__dirname, 'verbs-process.js');
/** They run until somebody stops them, or start processes of their own. */
const PROGRAMS: readonly string[] = ['serve', 'start', 'demo', 'sandbox', 'bench', 'simulate'];

interface Verbs {
  readonly child: ChildProcess;
  /** How it ended, where a verb ended it: by an error that nobody caught, say. */
  readonly end: Promise<CliResult>;
}

let verbs: Verbs | undefined;
let before: Promise<unknown> = Promise.resolve();

/**
 * `cardrail` with these arguments. Finding and compiling its modules is nearly all that a verb costs, so the verbs of one suite run one after
 * another in one process that loads them once, each by `runVerb` as ever. What only a process of its own can show, such as its exit code or
 * that all of its output arrives, is asked of `spawnCardrail`.
 */
export function cardrail(args: readonly string[], environment: Environment, folder = process.cwd()): Promise<CliResult> {
  if (PROGRAMS.includes(args[0] ?? '')) return resultOf(spawnCardrail(args, environment, folder));
  const result = before.then(() => runIn((verbs ??= startVerbs()), { args, environment, folder }));
  before = result;
  return result;
}

/** The same as a process of its own. */
export const spawnCardrail = (args: readonly string[], environment: Environment, folder = process.cwd()): ChildProcess =>
  spawn(process.execPath, [CLI, ...args], { env: environment, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

export function resultOf(child: ChildProcess): Promise<CliResult> {
  return new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function startVerbs(): Verbs {
  const child = fork(VERBS, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  child.once('exit', () => (verbs = undefined));
  return { child, end: resultOf(child) };
}

function runIn({ child, end }: Verbs, asked: object): Promise<CliResult> {
  const answered = new Promise<CliResult>((resolve) => child.once('message', (result) => resolve(result as CliResult)));
  child.send(asked);
  return Promise.race([answered, end]);
}

afterAll(async () => {
  verbs?.child.kill();
  await verbs?.end;
});
