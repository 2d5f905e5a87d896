import { parseDeathPoint, type DeathPoint } from '../application/ports/death-point';
import type { Environment } from './secrets';

/** Makes a process of a test die at a numbered point, such as `append.after:37`. No setting of a shop, so no table lists it. */
const DIE_AT = 'CARDRAIL_TEST_DIE_AT';

/** A shop that takes money must not be told to die by whoever can set a variable. */
export function deathPointOf(env: Environment, problems: string[]): DeathPoint | undefined {
  const text = env[DIE_AT];
  if (text === undefined || text === '') return undefined;
  if (env['CARDRAIL_ENV'] !== 'test') problems.push(`${DIE_AT}: is for tests; it is refused unless CARDRAIL_ENV is test`);
  const point = parseDeathPoint(text);
  if (point === null) problems.push(`${DIE_AT}: must name a point, such as append.after:37`);
  return point ?? undefined;
}
