import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';

/** What one document may ask for. A refusal names the limit, so that an honest client can be repaired. */
export const documentLimits = {
  tokensMax: 1_200,
  /** Deep enough for the standard introspection query (15), and no deeper than any honest query of ours. */
  depthMax: 16,
  aliasesMax: 30,
  directivesMax: 20,
  /** Fields that may come back, with every list taken as long as its `first` allows. */
  costMax: 20_000,
  /** A literal in the document; longer texts belong into variables, which have their own limit. */
  literalCharactersMax: 4_096,
} as const;

/** What `first` counts for when it is a variable: the most that it can be. */
const PAGE_MAX = 100;

/** NUL and lone surrogates: no honest text holds them, and stores and logs choke on them. */
const UNSOUND_TEXT = /[\0\p{Surrogate}]/u;

export const isSoundText = (text: string): boolean => !UNSOUND_TEXT.test(text);

interface Weight {
  readonly depth: number;
  readonly cost: number;
  readonly aliases: number;
}

const EMPTY: Weight = { depth: 0, cost: 0, aliases: 0 };

/** Why a parsed document is refused before it is validated or run, or null. Linear in its size, whatever its fragments do. */
export function documentProblem(document: DocumentNode): string | null {
  return literalProblem(document) ?? weightProblem(document);
}

function literalProblem(document: DocumentNode): string | null {
  let problem: string | null = null;
  let directives = 0;
  visit(document, {
    Directive: () => {
      directives++;
    },
    StringValue: ({ value }) => {
      if (value.length > documentLimits.literalCharactersMax) problem = `a text is longer than ${documentLimits.literalCharactersMax} characters`;
      else if (!isSoundText(value)) problem = 'a text holds NUL or a lone surrogate';
    },
  });
  return directives > documentLimits.directivesMax ? `more than ${documentLimits.directivesMax} directives` : problem;
}

function weightProblem(document: DocumentNode): string | null {
  const weigh = new Scales(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const weight = weigh.selections(definition.selectionSet);
    if (weight === 'cycle') return 'fragments that spread themselves';
    if (weight.depth > documentLimits.depthMax) return `nested deeper than ${documentLimits.depthMax} levels`;
    if (weight.aliases > documentLimits.aliasesMax) return `more than ${documentLimits.aliasesMax} aliases`;
    if (weight.cost > documentLimits.costMax) return `asks for more than ${documentLimits.costMax} fields`;
  }
  return null;
}

/** Weighs each fragment once. Names play no part in it: a fragment called `__schema` weighs what it holds. */
class Scales {
  private readonly fragments = new Map<string, SelectionSetNode>();
  private readonly weighed = new Map<string, Weight | 'cycle'>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition.selectionSet);
    }
  }

  selections(set: SelectionSetNode): Weight | 'cycle' {
    let sum = EMPTY;
    for (const selection of set.selections) {
      const weight =
        selection.kind === Kind.FIELD
          ? this.field(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? this.selections(selection.selectionSet)
            : this.fragment(selection.name.value);
      if (weight === 'cycle') return 'cycle';
      sum = { depth: Math.max(sum.depth, weight.depth), cost: sum.cost + weight.cost, aliases: sum.aliases + weight.aliases };
    }
    return sum;
  }

  private field(field: FieldNode): Weight | 'cycle' {
    const below = field.selectionSet === undefined ? EMPTY : this.selections(field.selectionSet);
    if (below === 'cycle') return 'cycle';
    const aliases = below.aliases + (field.alias === undefined ? 0 : 1);
    return { depth: below.depth + 1, cost: 1 + below.cost * pageSizeOf(field), aliases };
  }

  private fragment(name: string): Weight | 'cycle' {
    const known = this.weighed.get(name);
    if (known !== undefined) return known;
    const set = this.fragments.get(name);
    if (set === undefined) return EMPTY;
    this.weighed.set(name, 'cycle');
    const weight = this.selections(set);
    this.weighed.set(name, weight);
    return weight;
  }
}

function pageSizeOf(field: FieldNode): number {
  const first = field.arguments?.find((argument) => argument.name.value === 'first')?.value;
  if (first === undefined) return 1;
  return first.kind === Kind.INT ? Math.max(1, Math.min(Number(first.value), PAGE_MAX)) : PAGE_MAX;
}
