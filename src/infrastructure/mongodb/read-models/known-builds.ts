import type { Db } from 'mongodb';
import { ReadModelsUnavailable } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';
import { currentBuild, type ModelHead } from './model-document';
import { RowCollection } from './row-collection';

/** One build as this process knows it. */
export class KnownBuild {
  constructor(
    readonly model: string,
    readonly number: number,
    readonly rows: RowCollection,
    readonly indexes: string,
    private furthest: Position | null,
  ) {}

  /** The furthest checkpoint that was ever seen of it. */
  get checkpoint(): Position | null {
    return this.furthest;
  }

  isBeyond(place: Position): boolean {
    return isBefore(place, this.furthest);
  }

  reached(checkpoint: Position | null): void {
    if (isBefore(this.furthest, checkpoint)) this.furthest = checkpoint;
  }

  /**
   * A checkpoint never goes back by itself. When it lies before one that was seen, the rows were put back to an older copy, and
   * what was projected since is missing: whoever feeds them has to begin where the copy ends. Said once.
   */
  assertNotPutBack(stored: Position | null): void {
    if (!isBefore(stored, this.furthest)) return;
    this.furthest = stored;
    throw new ReadModelsUnavailable('the read models were put back to an older copy; they are projected on from there');
  }
}

const isBefore = (place: Position | null, other: Position | null): boolean => other !== null && (place === null || place < other);

/** The builds that this process has heard of. */
export class KnownBuilds {
  private readonly models = new Map<string, ReadonlyMap<number, KnownBuild>>();

  constructor(private readonly db: Db) {}

  of(model: string, number: number): KnownBuild | undefined {
    return this.models.get(model)?.get(number);
  }

  /** What was dropped meanwhile is forgotten. */
  note(head: ModelHead): void {
    const { _id: model, builds } = head;
    const known = new Map<number, KnownBuild>();
    for (const [key, { indexes, checkpoint }] of Object.entries(builds)) {
      const number = Number(key);
      const before = this.of(model, number);
      const build = before?.indexes === indexes ? before : this.unheardOf(model, number, indexes, checkpoint);
      build.reached(checkpoint);
      known.set(number, build);
    }
    this.models.set(model, known);
  }

  /** One build of a head that was just read. Throws when it is not among them. */
  noted(head: ModelHead, number: number): KnownBuild {
    currentBuild(head, number);
    this.note(head);
    const build = this.of(head._id, number);
    if (build === undefined) throw new Error(`build ${number} of "${head._id}" was not noted`);
    return build;
  }

  private unheardOf(model: string, number: number, indexes: string, checkpoint: Position | null): KnownBuild {
    const rows = new RowCollection(this.db, model, number, JSON.parse(indexes) as string[][]);
    return new KnownBuild(model, number, rows, indexes, checkpoint);
  }
}
