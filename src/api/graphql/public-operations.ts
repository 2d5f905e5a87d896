import { type DocumentNode, print } from 'graphql';

/**
 * What storefronts and buyers may send at all, where the shop has a list. Every operation and fragment of a document must stand on it,
 * whole: a document made of listed parts asks for nothing that the shop's own pages do not ask for.
 */
export class PublicOperations {
  /** The gate hands out the same document for the same text, so it is printed once. */
  private readonly verdicts = new WeakMap<DocumentNode, boolean>();

  constructor(private readonly listed: ReadonlySet<string>) {}

  allow(document: DocumentNode): boolean {
    const known = this.verdicts.get(document);
    if (known !== undefined) return known;
    const verdict = document.definitions.every((definition) => this.listed.has(print(definition)));
    this.verdicts.set(document, verdict);
    return verdict;
  }
}
