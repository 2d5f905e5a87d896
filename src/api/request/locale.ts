import type { Locale } from '../../application/caller';

const HEADER_CHARACTERS_MAX = 200;

interface Wish {
  readonly locale: Locale;
  readonly weight: number;
}

/** The language that an Accept-Language header prefers among ours; Chinese when it says nothing of either. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  if (acceptLanguage === undefined || acceptLanguage === 'en') return acceptLanguage === undefined ? 'zh-CN' : 'en';
  const wishes = acceptLanguage.slice(0, HEADER_CHARACTERS_MAX).split(',').flatMap(wishOf);
  const best = wishes.reduce<Wish | null>((first, wish) => (first === null || wish.weight > first.weight ? wish : first), null);
  return best?.locale ?? 'zh-CN';
}

function wishOf(part: string): readonly Wish[] {
  const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
  const quality = parameters.map((parameter) => /^\s*q=([0-9.]+)$/.exec(parameter)?.[1]).find((found) => found !== undefined);
  const weight = quality === undefined ? 1 : Number(quality);
  if (!(weight > 0)) return [];
  if (tag.startsWith('zh')) return [{ locale: 'zh-CN', weight }];
  return tag.startsWith('en') ? [{ locale: 'en', weight }] : [];
}
