import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  readonly name: string;
  /** For Node itself. */
  readonly flags: readonly string[];
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where its stderr goes. */
  readonly logFile: string;
}

const START_TIMEOUT_MS = 60_000;
/** Above the time that a server takes to drain. */
const STOP_TIMEOUT_MS = 15_000;

/** A program of ours as a process of its own, that says with one line of JSON that it is up. */
export class ChildProgram<Up> {
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<number | null>;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    readonly up: Up,
  ) {
    this.ended = endOf(child);
  }

  /** Throws with its last words when it ends, or says nothing, before it is up. */
  static async start<Up>({ name, flags, file, args, environment, logFile }: ChildOptions): Promise<ChildProgram<Up>> {
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(process.execPath, [...flags, file, ...args], { env: environment, stdio: ['ignore', 'pipe', log] });
    closeSync(log);
    try {
      return new ChildProgram<Up>(name, child, JSON.parse(await firstLine(child, name, logFile)) as Up);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Asks it to end, and insists after a while. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const insist = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(insist);
  }
}

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) =>
    child.exitCode !== null || child.signalCode !== null ? resolve(child.exitCode) : child.once('exit', (code) => resolve(code)),
  );

const LAST_WORDS_CHARACTERS = 600;

function lastLine(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  return (lines.at(-1) || `nothing in ${logFile}`).slice(0, LAST_WORDS_CHARACTERS);
}

function firstLine(child: ChildProcess, name: string, logFile: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the ${name} ${why}: ${lastLine(logFile)}`));
    const late = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    child.once('error', () => fail('could not be started'));
    child.once('exit', (code) => fail(`ended with ${code} before it was up`));
    if (child.stdout === null) return fail('has no standard output');
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(late);
      resolve(line);
    });
  });
}
