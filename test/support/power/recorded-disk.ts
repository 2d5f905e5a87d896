import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chance } from '../chance';
import { spawnSources } from '../source-process';
import { ForgetfulDisk, readDiskRecord, type DiskImage, type DiskStep, type PowerCut } from './disk-record';
import { saidIn, type Said } from './said';

const SOURCE = join(__dirname, 'disk-recorder.c');
const WORKLOAD = join(__dirname, 'workload.ts');

/** What the files were when the power went, and what had been promised by then. */
export interface Cut {
  readonly at: number;
  readonly image: DiskImage;
  readonly said: readonly Said[];
  /** How many changes were not synced. */
  readonly left: number;
}

/** What goes wrong in the first run, at the first to the last time; the second run, on what it left, is not disturbed. */
const FAULTS = [
  { fault: 'none', file: '-', from: 0, to: 0 },
  { fault: 'sync:%:KILL', file: 'events.db-wal', from: 4, to: 20 },
  { fault: 'sync:%:EIO', file: 'events.db-wal', from: 4, to: 20 },
  { fault: 'write:%:ENOSPC', file: 'events.db-wal', from: 4, to: 100 },
  // The file itself is synced only when its log is folded into it: four times where commits are small, three where a busy machine makes them large.
  { fault: 'sync:%:KILL', file: 'events.db', from: 2, to: 3 },
  { fault: 'sync:%:EIO', file: 'events.db', from: 2, to: 3 },
  { fault: 'write:%:EROFS', file: 'events.db', from: 4, to: 20 },
] as const;

/** A record is made for so many cuts at least, so that the faults get their turn. */
export const FAULTS_COUNT = FAULTS.length;

/** Records what a program does to its disk, by a library that is compiled here and loaded before the program's own. */
export class RecordedDisk {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cardrail-power-'));
  private readonly recorder = join(this.folder, 'disk-recorder.so');
  private made = 0;

  /** Why it cannot be had on this machine; null when it can. */
  static whatIsMissing(): string | null {
    if (process.platform !== 'linux') return `the recorder preloads a library as Linux does, and this is ${process.platform}`;
    return spawnSync('cc', ['--version']).status === 0 ? null : 'there is no C compiler (cc) to build the recorder with';
  }

  static make(): RecordedDisk {
    const disk = new RecordedDisk();
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', disk.recorder, SOURCE, '-ldl', '-lpthread']);
    return disk;
  }

  /** A run that meets a fault, the next one of the list each time, and a second run on what it left. */
  async record(chance: Chance): Promise<DiskRun> {
    const { fault: kind, file, from, to } = FAULTS[this.made++ % FAULTS.length] ?? FAULTS[0];
    const fault = kind.replace('%', String(chance.between(from, to)));
    const seed = chance.upTo(1_000_000);
    const [recorded, log] = [this.emptyFolder(), join(this.folder, 'record')];
    rmSync(log, { force: true });
    await run(this.recorder, recorded, log, seed, fault === 'none' ? {} : { DISK_RECORDER_FAULT: fault, DISK_RECORDER_FAULT_FILE: file });
    await run(this.recorder, recorded, log, seed + 1, {});
    return new DiskRun(`fault ${fault} of ${file}, workload ${seed}`, readDiskRecord(readFileSync(log)));
  }

  emptyFolder(): string {
    const folder = join(this.folder, 'files');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Everything that one program did to its disk. */
export class DiskRun {
  constructor(
    readonly about: string,
    private readonly steps: readonly DiskStep[],
  ) {}

  /** What is there when the last run has been killed and the power stayed on. */
  atEnd(): DiskImage {
    const disk = new ForgetfulDisk();
    for (const step of this.steps) disk.take(step);
    return disk.afterCut({ content: (pending) => pending, names: (pending) => pending });
  }

  /** So many moments by chance, in their order, and what a cut at each leaves. */
  *cutBy(cuts: number, cut: PowerCut, chance: Chance): Generator<Cut> {
    const moments = Array.from({ length: cuts }, () => chance.between(1, this.steps.length)).sort((a, b) => a - b);
    const disk = new ForgetfulDisk();
    const said: Said[] = [];
    let at = 0;
    for (const moment of moments) {
      for (; at < moment; at++) {
        const step = this.steps[at];
        if (step === undefined) break;
        disk.take(step);
        said.push(...saidIn(step));
      }
      yield { at, image: disk.afterCut(cut), said, left: disk.undecided };
    }
  }
}

/** How the program ends when its store has stopped. */
const STOPPED = 3;

/** Ends when the program has been killed, by itself or by its fault, or has given up. */
function run(recorder: string, folder: string, log: string, seed: number, fault: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawnSources(WORKLOAD, [folder, String(seed)], {
      env: { ...process.env, LD_PRELOAD: recorder, DISK_RECORDER_FOLDER: folder, DISK_RECORDER_LOG: log, UV_USE_IO_URING: '0', ...fault },
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // One whose disk fails must end by itself, or not begin; one that kills itself at the end has not noticed.
      const isFailing = /E[A-Z]+$/.test(fault['DISK_RECORDER_FAULT'] ?? '');
      const isMeant = isFailing ? code === STOPPED || (code === 1 && errors.includes('SQLITE_')) : signal === 'SIGKILL';
      if (isMeant) resolve();
      else reject(new Error(`the recorded program (${fault['DISK_RECORDER_FAULT'] ?? 'no fault'}) ended with ${code ?? signal}: ${errors}`));
    });
  });
}
