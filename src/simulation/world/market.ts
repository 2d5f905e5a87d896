import type { SimulatedChannel } from '../ports/simulated-channel';
import type { Chance } from './chance';
import type { Surroundings } from './surroundings';

/** Above what the terms of any simulated product allow. */
const DEARER_BY_SHARE = 0.2;

/** What changes at an upstream by itself, and changes back after so long: goods run out, prices rise, its deposit is used up. */
export function moveMarket({ scheduler, story }: Surroundings, channel: SimulatedChannel | undefined, ms: number, chance: Chance): void {
  if (channel === undefined) return;
  const { book, options } = channel;
  const articles = [...book.articles.values()];
  const article = articles[chance.upTo(articles.length - 1)];
  const move = chance.of(['sold out', 'dearer', 'balance low'] as const);
  const tell = (what: string): void => story.tell(`${options.id} ${article?.product} ${what}`);
  if (article === undefined) return;
  tell(move);
  switch (move) {
    case 'sold out': {
      const { available } = article;
      article.available = 0;
      scheduler.after(ms, () => {
        article.available += available;
        tell('in stock again');
      });
      return;
    }
    case 'dearer': {
      const rise = Math.round(article.unitCostMinor * DEARER_BY_SHARE);
      article.unitCostMinor += rise;
      scheduler.after(ms, () => {
        article.unitCostMinor -= rise;
        tell('at its old price');
      });
      return;
    }
    case 'balance low': {
      const { balanceMinor } = book;
      book.balanceMinor = 0;
      scheduler.after(ms, () => {
        book.balanceMinor += balanceMinor;
        tell('deposit is refilled');
      });
    }
  }
}
