import { readFileSync } from 'node:fs';
import { WrongUse } from '../exit';

/** What stands in a file that somebody named. Throws WrongUse when it cannot be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new WrongUse('FILE_UNREADABLE', { file });
  }
}
