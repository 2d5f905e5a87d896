import type { Generation, ModelDefinition, ParkedSequence } from '../../../application/ports/read-models';
import type { Position } from '../../../domain/kernel/event';

/** One build of the rows of a model. Its rows lie in a collection of their own. */
export interface Build {
  readonly version: number;
  /** The declared indexes as JSON text, since what is compared is whether they are the same. */
  readonly indexes: string;
  readonly checkpoint: Position | null;
}

/** Which build of a model serves, and how far each has come. */
export interface ModelHead {
  readonly _id: string;
  /** Counts changes: who wants to change the document says which one it has read. */
  readonly edition: number;
  /** Numbers of builds are never used twice. */
  readonly lastNumber: number;
  readonly active: number;
  readonly building: number | null;
  readonly builds: Readonly<Record<string, Build>>;
}

/**
 * All that is known of one model, in one document: the pointer, the checkpoints and the parked sequences therefore change in one
 * step, on a single server as well as on a replica set.
 */
export interface ModelDocument extends ModelHead {
  /** By the number of the build. */
  readonly parked: Readonly<Record<string, readonly ParkedSequence[]>>;
}

/** What is to be stored instead; null when it is well as it is. */
export type Change = (document: ModelDocument) => ModelDocument | null;

const PREFIX = 'rows_';

export const collectionOf = (model: string, number: number): string => `${PREFIX}${model}_${number}`;

/** The model and number of a collection of rows; null for any other collection. */
export function buildOfCollection(name: string): { readonly model: string; readonly number: number } | null {
  const [, model, number] = /^rows_(.+)_([0-9]+)$/.exec(name) ?? [];
  return model === undefined ? null : { model, number: Number(number) };
}

const emptyBuild = ({ version, indexes }: ModelDefinition): Build => ({
  version,
  indexes: JSON.stringify(indexes),
  checkpoint: null,
});

/** A model seen for the first time: an empty build that serves. `numbersTaken`: the highest number that a collection already bears. */
export function newModel(definition: ModelDefinition, numbersTaken: number): ModelDocument {
  const number = numbersTaken + 1;
  const builds = { [number]: emptyBuild(definition) };
  return { _id: definition.name, edition: 1, lastNumber: number, active: number, building: null, builds, parked: { [number]: [] } };
}

/** A newer version, or other indexes, need a build of their own; an older program leaves the newer rows alone. */
export function needsBuild(document: ModelHead, { version, indexes }: ModelDefinition): boolean {
  const isSame = (build: Build): boolean => build.version === version && build.indexes === JSON.stringify(indexes);
  return version >= activeBuild(document).version && !Object.values(document.builds).some(isSame);
}

/** An empty build beside the one that serves, instead of any other that was under way. */
export function withNewBuild(document: ModelDocument, definition: ModelDefinition, numbersTaken: number): ModelDocument {
  const number = Math.max(document.lastNumber, numbersTaken) + 1;
  const { active } = document;
  const builds = { [active]: activeBuild(document), [number]: emptyBuild(definition) };
  return { ...document, lastNumber: number, building: number, builds, parked: { [active]: parkedIn(document, active), [number]: [] } };
}

/** The switch. Null when the build serves already. */
export function activated(document: ModelDocument, number: number): ModelDocument | null {
  const build = currentBuild(document, number);
  if (number === document.active) return null;
  return { ...document, active: number, building: null, builds: { [number]: build }, parked: { [number]: parkedIn(document, number) } };
}

export interface Step {
  readonly checkpoint: Position;
  readonly park: readonly ParkedSequence[];
  readonly unpark: readonly string[];
}

/** Null when the build has come further already: the batch was applied before. */
export function advanced(document: ModelDocument, number: number, { checkpoint, park, unpark }: Step): ModelDocument | null {
  const build = currentBuild(document, number);
  if (build.checkpoint !== null && checkpoint < build.checkpoint) return null;
  const parked = new Map(parkedIn(document, number).map((sequence) => [sequence.stream, sequence]));
  for (const stream of unpark) parked.delete(stream);
  for (const sequence of park) {
    // A sequence that is parked already stays parked from its earliest event, and since when it has been.
    const before = parked.get(sequence.stream);
    if (before === undefined) parked.set(sequence.stream, sequence);
    else if (sequence.revision < before.revision) parked.set(sequence.stream, { ...sequence, parkedAt: before.parkedAt });
  }
  const builds = { ...document.builds, [number]: { ...build, checkpoint } };
  return { ...document, builds, parked: { ...document.parked, [number]: [...parked.values()] } };
}

/** Throws when the build was dropped or replaced: whoever still feeds it must look again. */
export function currentBuild(head: ModelHead | null, number: number, model = head?._id): Build {
  const build = head?.builds[number];
  if (build === undefined) throw new Error(`generation ${number} of read model "${model}" is gone`);
  return build;
}

export function activeBuild(document: ModelHead): Build {
  return currentBuild(document, document.active);
}

export function generationsOf({ _id: model, active, builds }: ModelHead): readonly Generation[] {
  return Object.entries(builds)
    .map(([key, { version, checkpoint }]): Generation => {
      const number = Number(key);
      return { model, version, number, state: number === active ? 'active' : 'building', checkpoint };
    })
    .sort((a, b) => a.number - b.number);
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const parkedIn = ({ parked }: ModelDocument, number: number): readonly ParkedSequence[] => parked[number] ?? [];

/** The earliest first. */
export function earliestParked(document: ModelDocument, number: number, limit: number): readonly ParkedSequence[] {
  return [...parkedIn(document, number)].sort((a, b) => order(a.position, b.position) || order(a.stream, b.stream)).slice(0, limit);
}
