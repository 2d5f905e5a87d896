import type { Erasure, SubjectKey, SubjectKeys } from '../../application/ports/subject-keys';
import type { Sealed } from '../../domain/kernel/sealed';
import { subjectKid, type SubjectKeyName } from '../../domain/kernel/subject';

/** The keys of persons of a simulated shop: all its processes share them, and they outlive each of them. */
export class SimulatedSubjectKeys implements SubjectKeys {
  private readonly keys = new Map<string, SubjectKey>();
  private readonly erased = new Map<string, Erasure>();

  async current(subject: string): Promise<{ readonly generation: number; readonly wrapped: Sealed | null }> {
    const generation = this.upTo(subject) + 1;
    return { generation, wrapped: this.wrappedOf({ subject, generation }) };
  }

  async keep(key: SubjectKey): Promise<SubjectKey | null> {
    if (this.upTo(key.subject) >= key.generation) return null;
    const stands = this.keys.get(subjectKid(key)) ?? key;
    this.keys.set(subjectKid(key), stands);
    return stands;
  }

  async find(name: SubjectKeyName): Promise<Sealed | null> {
    return this.wrappedOf(name);
  }

  async retire(erasure: Erasure): Promise<void> {
    if (this.upTo(erasure.subject) < erasure.generation) this.erased.set(erasure.subject, erasure);
  }

  async destroyRetired(subject: string): Promise<void> {
    for (const [kid, key] of this.keys) if (key.subject === subject && key.generation <= this.upTo(subject)) this.keys.delete(kid);
  }

  async erasures(after: string | null, limit: number): Promise<readonly Erasure[]> {
    const sorted = [...this.erased.values()].sort((a, b) => (a.subject < b.subject ? -1 : 1));
    return sorted.filter(({ subject }) => subject > (after ?? '')).slice(0, limit);
  }

  async list(after: SubjectKeyName | null, limit: number): Promise<readonly SubjectKey[]> {
    const isBehind = (a: SubjectKeyName, b: SubjectKeyName): boolean =>
      a.subject === b.subject ? a.generation > b.generation : a.subject > b.subject;
    const behind = [...this.keys.values()].filter((key) => after === null || isBehind(key, after));
    return behind.sort((a, b) => (isBehind(a, b) ? 1 : -1)).slice(0, limit);
  }

  async rewrap(key: SubjectKey, wrapped: Sealed): Promise<boolean> {
    if (this.wrappedOf(key)?.tag !== key.wrapped.tag) return false;
    this.keys.set(subjectKid(key), { ...key, wrapped });
    return true;
  }

  async countWrappedBy(kid: string): Promise<number> {
    return [...this.keys.values()].filter(({ wrapped }) => wrapped.kid === kid).length;
  }

  private readonly upTo = (subject: string): number => this.erased.get(subject)?.generation ?? 0;
  private readonly wrappedOf = (name: SubjectKeyName): Sealed | null => this.keys.get(subjectKid(name))?.wrapped ?? null;
}
