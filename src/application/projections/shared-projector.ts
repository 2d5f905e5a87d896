import type { AnyProjection } from '../../projections/projection';
import type { RunningProjections } from '../run-projections';
import type { Share } from '../work-share';

export interface SharedProjectorKit {
  readonly projections: readonly AnyProjection[];
  readonly share: Share;
  /** Keeps these read models until the signal aborts. */
  readonly keep: (projections: readonly AnyProjection[], signal: AbortSignal) => RunningProjections;
}

/** The projector of this very process, which knows more than the read models say of themselves. */
export interface ProjectorHere {
  /** What keeps this read model here; undefined when that is another process's. */
  of(name: string): RunningProjections | undefined;
}

/**
 * Of several projectors each read model is kept by one; the others stand by, and take it over when that one falls silent. Two that
 * keep the same one for a moment do no harm: rows and checkpoints are guarded by position.
 */
export class SharedProjector implements ProjectorHere {
  private running: RunningProjections | undefined;
  private round = new AbortController();
  private kept: readonly AnyProjection[];

  constructor(private readonly kit: SharedProjectorKit) {
    this.kept = this.ours();
    kit.share.onDealt(() => this.dealtAnew());
  }

  /** Read models that this process keeps. */
  get names(): readonly string[] {
    return this.kept.map(({ name }) => name);
  }

  of(name: string): RunningProjections | undefined {
    return this.names.includes(name) ? this.running : undefined;
  }

  /** Runs until the signal aborts and the last write is done. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.round = new AbortController();
      this.kept = this.ours();
      this.running = this.kit.keep(this.kept, AbortSignal.any([signal, this.round.signal]));
      await this.running.done;
    }
  }

  private ours(): readonly AnyProjection[] {
    return this.kit.projections.filter(({ name }) => this.kit.share.rankOf(name) === 0);
  }

  private dealtAnew(): void {
    const ours = this.ours().map(({ name }) => name);
    if (ours.join() !== this.names.join()) this.round.abort();
  }
}
