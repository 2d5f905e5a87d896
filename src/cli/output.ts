import { once } from 'node:events';
import { decimalsOf } from '../domain/kernel/decimal';

/** One line for people, on stderr: data has stdout for itself. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Data, on stdout, no faster than it is taken. */
export async function put(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** The result of a verb: as JSON, or as people read it. */
export function answer(json: boolean | undefined, value: unknown, text: () => string): Promise<void> {
  return put(json === true ? `${JSON.stringify(value)}\n` : `${text()}\n`);
}

/** Columns as wide as they need to be. Wide characters (Chinese, say) count twice. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)))).join('  ');
  return all.map((row) => line(row).trimEnd()).join('\n');
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;
const width = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

/** Minor units as people write them: two decimals for the currencies that have them. */
export function moneyText({ amountMinor, currency }: { readonly amountMinor: number; readonly currency: string }): string {
  const digits = decimalsOf(currency);
  return `${(amountMinor / 10 ** digits).toFixed(digits)} ${currency}`;
}
