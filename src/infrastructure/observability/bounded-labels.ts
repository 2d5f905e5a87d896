import type { LabelBound } from './metric-definition';

const OTHER = 'other';

/** Keeps the number of series of one metric finite, whatever words come from outside. */
export class BoundedLabels {
  private readonly seen = new Map<string, Set<string>>();

  constructor(private readonly bounds: Readonly<Record<string, LabelBound>>) {}

  bound(labels: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(this.bounds).map(([label, bound]) => [label, this.word(label, bound, labels[label] ?? OTHER)]));
  }

  private word(label: string, bound: LabelBound, word: string): string {
    if (typeof bound !== 'number') return bound.includes(word) ? word : OTHER;
    const seen = this.seen.get(label) ?? new Set();
    this.seen.set(label, seen);
    if (seen.size < bound) seen.add(word);
    return seen.has(word) ? word : OTHER;
  }
}
