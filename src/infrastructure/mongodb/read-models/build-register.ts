import { assertDefinition } from '../../../application/ports/read-model-rules';
import { type Generation, type ModelDefinition, ReadModelsUnavailable } from '../../../application/ports/read-models';
import type { KnownBuild, KnownBuilds } from './known-builds';
import { activated, currentBuild, type ModelHead, needsBuild, newModel, withNewBuild } from './model-document';
import type { ModelDocuments } from './model-documents';

/** Which builds of which models there are: begins them, switches between them and sees to their indexes. */
export class BuildRegister {
  /** Builds whose indexes this process has seen to, on this server. */
  private indexed = new WeakSet<KnownBuild>();
  /** Models that this program keeps: one that is missing was lost, or could not be made yet. */
  private readonly ours = new Set<string>();

  constructor(
    private readonly documents: ModelDocuments,
    private readonly known: KnownBuilds,
  ) {}

  async prepare(definitions: readonly ModelDefinition[]): Promise<void> {
    for (const definition of definitions) {
      assertDefinition(definition);
      this.ours.add(definition.name);
    }
    const heads = new Map((await this.documents.heads(definitions.map(({ name }) => name))).map((head) => [head._id, head]));
    for (const definition of definitions) {
      const head = heads.get(definition.name) ?? (await this.create(definition));
      if (needsBuild(head, definition)) await this.begin(definition, (read) => needsBuild(read, definition));
      else await this.ensureIndexes(head);
    }
  }

  /** An empty build in place of any that was under way. */
  async start(definition: ModelDefinition): Promise<Generation> {
    assertDefinition(definition);
    const { lastNumber } = await this.begin(definition, () => true);
    return { model: definition.name, version: definition.version, number: lastNumber, state: 'building', checkpoint: null };
  }

  /** The build serves from now on, and the one that did is nobody's any more. */
  async activate(model: string, number: number): Promise<ModelHead> {
    const document = await this.documents.change(model, (read) => activated(read, number));
    currentBuild(document, number, model);
    return document ?? this.headOf(model);
  }

  /** Rejects when the build was dropped or replaced. */
  async current(model: string, number: number): Promise<KnownBuild> {
    const known = this.known.of(model, number);
    if (known !== undefined) return known;
    const head = await this.documents.head(model);
    currentBuild(head, number, model);
    return this.known.noted(head ?? (await this.headOf(model)), number);
  }

  async headOf(model: string): Promise<ModelHead> {
    const head = await this.documents.head(model);
    if (head !== null) return head;
    if (this.ours.has(model)) throw new ReadModelsUnavailable(`read model "${model}" is not there any more; the projector builds it anew`);
    throw new Error(`no such read model: "${model}" was never prepared`);
  }

  /** Connections were lost, so this may be another server, or the same one with other data. */
  forgetIndexes(): void {
    this.indexed = new WeakSet();
  }

  private async create(definition: ModelDefinition): Promise<ModelHead> {
    await this.documents.insert(newModel(definition, await this.numbersTaken(definition.name)));
    return this.headOf(definition.name);
  }

  /** The build is named before its collection comes to be: what nobody names may be dropped. */
  private async begin(definition: ModelDefinition, isNeeded: (head: ModelHead) => boolean): Promise<ModelHead> {
    const { name } = definition;
    const taken = await this.numbersTaken(name);
    const document = await this.documents.change(name, (read) => (isNeeded(read) ? withNewBuild(read, definition, taken) : null));
    const head = document ?? (await this.headOf(name));
    await this.ensureIndexes(head);
    return head;
  }

  private async ensureIndexes(head: ModelHead): Promise<void> {
    for (const number of Object.keys(head.builds).map(Number)) {
      const build = this.known.noted(head, number);
      if (this.indexed.has(build)) continue;
      await build.rows.ensureIndexes();
      this.indexed.add(build);
    }
  }

  /** An older copy of the document may know lower numbers than there are collections. */
  private async numbersTaken(model: string): Promise<number> {
    return (await this.documents.collections()).reduce((most, one) => (one.model === model ? Math.max(most, one.number) : most), 0);
  }
}
