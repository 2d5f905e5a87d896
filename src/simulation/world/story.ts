import { createHash } from 'node:crypto';

const LINES_PER_HASH = 1_024;

/**
 * The log of a simulated world: what happened, line by line. Its hash tells whether two runs were the same; the lines themselves
 * are kept only when somebody wants to read them.
 */
export class Story {
  private readonly digest = createHash('sha256');
  private pending: string[] = [];
  readonly lines: string[] = [];
  private told = 0;

  constructor(
    private readonly now: () => number,
    private readonly isKept: boolean,
  ) {}

  get length(): number {
    return this.told;
  }

  tell(line: string): void {
    const whole = `${this.now().toFixed(3)} ${line}`;
    this.told++;
    if (this.isKept) this.lines.push(whole);
    if (this.pending.push(whole) >= LINES_PER_HASH) this.absorb();
  }

  /** Lower-case hex SHA-256 of every line so far. */
  hash(): string {
    this.absorb();
    return this.digest.copy().digest('hex');
  }

  private absorb(): void {
    if (this.pending.length > 0) this.digest.update(`${this.pending.join('\n')}\n`);
    this.pending = [];
  }
}
