import { ReadModelsUnavailable } from '../../../application/ports/read-models';
import type { ModelHead } from './model-document';
import type { RowCollection } from './row-collection';

/** A reader may look at the build that served so long ago; a switch elsewhere shows within this time. */
const TRUSTED_MS = 1_000;
/** Tries to read between two changes of the server. */
const TRIES_MAX = 3;

/** When a question was asked, and before which loss of connections. */
export interface Moment {
  readonly askedMs: number;
  readonly epoch: number;
}

interface Pointer extends Moment {
  readonly rows: RowCollection;
}

export interface PointersKit {
  /** Where a model stands now. Rejects for a model that is not there. */
  readonly headOf: (model: string) => Promise<ModelHead>;
  readonly rowsOf: (head: ModelHead) => RowCollection;
  readonly monotonicMs: () => number;
  /** The rows of a replaced build are there for longer than this after they were replaced. */
  readonly usableMs: number;
}

/**
 * Which build of each model serves, as last seen.
 *
 * MongoDB answers a query on a dropped collection with "no rows". So an answer counts only when it came while the rows must still
 * have been there, and from the server that told where they are: a server that lost a connection may have been put back to another copy.
 */
export class Pointers {
  private readonly seen = new Map<string, Pointer>();
  private epoch = 0;

  constructor(private readonly kit: PointersKit) {}

  /** Connections were lost: what is known may be of another server, or of other data. */
  forget(): void {
    this.epoch++;
    this.seen.clear();
  }

  /** To be taken before a head is asked for. */
  now(): Moment {
    return { askedMs: this.kit.monotonicMs(), epoch: this.epoch };
  }

  /** A head that was asked for at that moment; one that was asked for later is kept. */
  note(head: ModelHead, moment: Moment): Pointer {
    const known = this.seen.get(head._id);
    if (known !== undefined && known.askedMs > moment.askedMs) return known;
    const pointer = { ...moment, rows: this.kit.rowsOf(head) };
    this.seen.set(head._id, pointer);
    return pointer;
  }

  async read<T>(model: string, look: (rows: RowCollection) => Promise<T>): Promise<T> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const pointer = await this.pointer(model);
      const answer = await look(pointer.rows);
      if (pointer.epoch === this.epoch && this.ageOf(pointer) < this.kit.usableMs) return answer;
      this.seen.delete(model);
    }
    throw new ReadModelsUnavailable('the read models change servers faster than they answer');
  }

  private async pointer(model: string): Promise<Pointer> {
    const known = this.seen.get(model);
    if (known !== undefined && this.ageOf(known) < TRUSTED_MS) return known;
    const moment = this.now();
    return this.note(await this.kit.headOf(model), moment);
  }

  private ageOf({ askedMs }: Pointer): number {
    return this.kit.monotonicMs() - askedMs;
  }
}
