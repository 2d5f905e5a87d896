import { SingleBar } from 'cli-progress';
import { say } from './output';

const LINE_EVERY_MS = 5_000;

export interface Progress {
  /** `total` 0: how much there is, is not known. `what` stands behind the numbers. */
  at(done: number, total: number, what: string): void;
  end(): void;
}

/** A bar on a terminal; elsewhere a line every 5 s. Both on stderr. */
export function progressOf(unit: string): Progress {
  return process.stderr.isTTY ? barOf(unit) : linesOf(unit);
}

function barOf(unit: string): Progress {
  const bar = new SingleBar({
    format: `{bar} {percentage}% | {value}/{total} ${unit} {what}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    at(done, total, what) {
      if (!started) bar.start(Math.max(total, 1), 0, { what: '' });
      started = true;
      bar.setTotal(Math.max(total, done, 1));
      bar.update(done, { what });
    },
    end: () => bar.stop(),
  };
}

function linesOf(unit: string): Progress {
  let toldAt = performance.now();
  return {
    at(done, total, what) {
      if (performance.now() - toldAt < LINE_EVERY_MS) return;
      toldAt = performance.now();
      say(`${done}${total > 0 ? `/${total}` : ''} ${unit} ${what}`.trim());
    },
    end: () => undefined,
  };
}
