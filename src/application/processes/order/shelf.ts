import type { Instant } from '../../../domain/kernel/time';

/** Candidate cards kept in memory per SKU; more are read when these run out. */
export const CANDIDATES_KEPT_MAX = 2_000;

/** The candidates of one SKU: what expires soonest goes first, then the rest in order of arrival. */
export class Shelf {
  private readonly lasting = new Set<string>();
  /** Soonest first. */
  private readonly expiring: { readonly cardId: string; readonly expiresAt: Instant }[] = [];

  get size(): number {
    return this.lasting.size + this.expiring.length;
  }

  /** False when the shelf is full. */
  put(cardId: string, expiresAt: Instant | undefined): boolean {
    this.delete(cardId);
    if (this.size >= CANDIDATES_KEPT_MAX) return false;
    if (expiresAt === undefined) {
      this.lasting.add(cardId);
      return true;
    }
    const at = this.expiring.findIndex((card) => card.expiresAt > expiresAt);
    this.expiring.splice(at === -1 ? this.expiring.length : at, 0, { cardId, expiresAt });
    return true;
  }

  delete(cardId: string): void {
    if (this.lasting.delete(cardId) || this.expiring.length === 0) return;
    const at = this.expiring.findIndex((card) => card.cardId === cardId);
    if (at !== -1) this.expiring.splice(at, 1);
  }

  /** What has expired leaves the shelf; nobody may claim it. */
  clear(now: Instant): void {
    const sound = this.expiring.findIndex(({ expiresAt }) => expiresAt > now);
    this.expiring.splice(0, sound === -1 ? this.expiring.length : sound);
  }

  first(quantity: number): readonly string[] {
    const cardIds = this.expiring.slice(0, quantity).map(({ cardId }) => cardId);
    for (const cardId of this.lasting) {
      if (cardIds.length >= quantity) break;
      cardIds.push(cardId);
    }
    return cardIds;
  }
}
