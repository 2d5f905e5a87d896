/** One small defect that a hurried change could bring in, and what must notice it. */
export interface Mutant {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Invariants by which it may be caught; 'defect' is an error that nobody foresaw. */
  readonly caughtBy: readonly string[];
  /** Where it is caught, found by telling stories from seed 1 on; absent while nobody has found it yet. */
  readonly profile?: string;
  readonly seed?: number;
  /** Caught within a few seconds on its seed. */
  readonly isFast?: true;
  /** Where no story of some minutes finds it: why, and the test that fails with it, by its file under `test/` and its title or the end of it. */
  readonly test?: { readonly why: string; readonly spec: string; readonly title: string };
}
