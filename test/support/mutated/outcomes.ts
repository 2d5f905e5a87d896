import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
/** A mutant that hangs is caught when its test runs out of time: more than it takes without one, also on a busy machine. */
const TEST_TIMEOUT_MS = 15_000;

export interface TestedMutant {
  /** Under `src/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Under `test/`. */
  readonly spec: string;
  /** Full title of the test in it, or its end. */
  readonly title: string;
}

export interface Outcome {
  readonly title: string;
  readonly status: string;
}

/** What became of the test that must catch the mutant, in a run of its own over the mutated product. */
export async function outcomesWith({ file, from, to, spec, title }: TestedMutant): Promise<readonly Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cardrail-mutant-'));
  const report = join(folder, 'report.json');
  const pattern = `${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
  const args = ['--config', join(__dirname, 'jest.config.js'), '--runInBand', '--forceExit', '--testTimeout', String(TEST_TIMEOUT_MS)];
  const what = [join('test', spec), '-t', pattern, '--json', '--outputFile', report];
  const environment = { ...process.env, CARDRAIL_TEST_MUTANT: JSON.stringify({ file, from, to }) };
  try {
    const output = await new Promise<string>((resolve) => {
      execFile(join(ROOT, 'node_modules/.bin/jest'), [...args, ...what], { cwd: ROOT, env: environment }, (_error, _stdout, stderr) =>
        resolve(stderr),
      );
    });
    const text = await readFile(report, 'utf8').catch(() => Promise.reject(new Error(`the run ended without a report: ${output}`)));
    const { testResults } = JSON.parse(text) as { readonly testResults: readonly { readonly assertionResults: readonly Outcome[] }[] };
    return testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status !== 'pending');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
