import { ReadModelsUnavailable, type WriteBatch } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';
import type { KnownBuild } from './known-builds';
import { advanced, currentBuild } from './model-document';
import type { ModelDocuments } from './model-documents';

/** Tries to move a checkpoint that others move at the same time. */
const TRIES_MAX = 20;

/** How far builds have come. A checkpoint is moved only after the rows that it stands for are stored. */
export class Progress {
  constructor(private readonly documents: ModelDocuments) {}

  /** False: the batch ends behind the checkpoint, so all of it was applied before. */
  async isAhead(build: KnownBuild, { checkpoint }: WriteBatch): Promise<boolean> {
    if (!build.isBeyond(checkpoint)) return true;
    const stored = await this.stored(build);
    if (stored === null || stored <= checkpoint) build.assertNotPutBack(stored);
    return false;
  }

  /** The checkpoint, and what the batch parks and lets go, in one step. */
  async advance(build: KnownBuild, { checkpoint, park = [], unpark = [] }: WriteBatch): Promise<void> {
    if (park.length + unpark.length === 0) return this.moveCheckpoint(build, checkpoint);
    const { model, number } = build;
    const document = await this.documents.change(model, (read) => {
      build.assertNotPutBack(currentBuild(read, number).checkpoint);
      return advanced(read, number, { checkpoint, park, unpark });
    });
    build.reached(currentBuild(document, number, model).checkpoint);
  }

  private async moveCheckpoint(build: KnownBuild, to: Position): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      if (await this.documents.moveCheckpoint(build.model, build.number, build.checkpoint, to)) return build.reached(to);
      const stored = await this.stored(build);
      build.assertNotPutBack(stored);
      build.reached(stored);
      // Another projector is further on: all of this batch was applied before.
      if (build.isBeyond(to)) return;
    }
    throw new ReadModelsUnavailable(`the checkpoint of "${build.model}" is being moved by too many at once`);
  }

  private async stored({ model, number }: KnownBuild): Promise<Position | null> {
    return currentBuild(await this.documents.head(model), number, model).checkpoint;
  }
}
