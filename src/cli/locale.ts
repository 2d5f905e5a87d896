import type { Locale } from '../application/caller';

/** As asked for, else as the terminal speaks. */
export function localeOf(asked: string | undefined): Locale {
  const spoken = asked ?? process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? 'en';
  return spoken.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
