import { type DocumentNode, type FieldNode, Kind, OperationTypeNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { shortened } from '../errors/present-errors';
import { documentLimits, documentProblem } from './document-limits';

const DOCUMENTS_CACHED_MAX = 512;

export interface AdmittedDocument {
  readonly document: DocumentNode;
  /** Mutations that stand in it, over all its operations; spreads count as one each. */
  readonly mutations: number;
  /** The mutation, when it is the only one. */
  readonly onlyMutation: FieldNode | undefined;
  /** Some operation of it is a subscription: these have transports of their own. */
  readonly subscribes: boolean;
}

/** Why the text is not run; a sentence for the client. */
export interface RefusedDocument {
  readonly refused: string;
}

/**
 * Every document passes here once, whatever transport brought it, before any of it is validated or executed. Verdicts are
 * remembered by text, because shops send the same few documents over and over.
 */
export class DocumentGate {
  private readonly verdicts = new LRUCache<string, AdmittedDocument | RefusedDocument>({ max: DOCUMENTS_CACHED_MAX });

  admit(text: string): AdmittedDocument | RefusedDocument {
    const known = this.verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = judge(text);
    // Refused texts are not kept: an attacker would only push the shops' documents out.
    if (!('refused' in verdict)) this.verdicts.set(text, verdict);
    return verdict;
  }
}

function judge(text: string): AdmittedDocument | RefusedDocument {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: documentLimits.tokensMax });
  } catch (error) {
    return { refused: error instanceof Error ? shortened(error.message) : 'not a GraphQL document' };
  }
  const problem = documentProblem(document);
  return problem === null
    ? { document, ...mutationsOf(document), subscribes: subscribes(document) }
    : { refused: `The document is refused: ${problem}.` };
}

function mutationsOf(document: DocumentNode): Pick<AdmittedDocument, 'mutations' | 'onlyMutation'> {
  const selections = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .filter((operation) => operation.operation === OperationTypeNode.MUTATION)
    .flatMap((operation) => operation.selectionSet.selections);
  const [first] = selections;
  return { mutations: selections.length, onlyMutation: selections.length === 1 && first?.kind === Kind.FIELD ? first : undefined };
}

const subscribes = (document: DocumentNode): boolean =>
  document.definitions.some((definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.SUBSCRIPTION);
