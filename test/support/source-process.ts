import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { compileSources } from '../../src/infrastructure/sqlite/start-thread';

export interface SourceProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program of TypeScript sources as a process of its own. What it says and complains about can be read. */
export function spawnSources(
  program: string,
  args: readonly string[],
  options: SourceProcessOptions = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const [compile, name] = [compileSources(require.resolve('@swc/core')), JSON.stringify(program)];
  const run = `${compile} process.argv.splice(1, 0, ${name}); require(${name});`;
  return spawn(process.execPath, ['-e', run, '--', ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}
