import type { z } from 'zod';
import type { Environment } from './secrets';
import type { Setting } from './setting';
import { settings } from './settings';

/** Read by the command line only; known here so that they are no surprise. */
const OTHER_NAMES = ['CARDRAIL_URL', 'CARDRAIL_API_KEY', 'CARDRAIL_WORKER_SLOT'];

/** Edits between two names, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Each CARDRAIL_ name that is no setting, with the nearest one that is. */
export function unknownNames(env: Environment): readonly string[] {
  const known = [...Object.keys(settings), ...OTHER_NAMES];
  const secrets = Object.entries<Setting<z.ZodType>>(settings).filter(([, { secret: hidden }]) => hidden === true);
  const files = secrets.map(([name]) => `${name}_FILE`);
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('CARDRAIL_') && !name.startsWith('CARDRAIL_TEST_') && !known.includes(name) && !files.includes(name),
  );
  return unknown.map((name) => {
    const nearest = [...known].sort((a, b) => distance(a, name) - distance(b, name))[0];
    return `${name} is not a setting; did you mean ${nearest ?? ''}?`;
  });
}
