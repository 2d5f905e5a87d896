import type { Config } from '../../config';
import type { Check } from './doctor-check';

/** Whether the identity provider's keys can be read: without them nobody gets in with a token an hour from now. */
export async function signInChecks({ jwt }: Pick<Config, 'jwt'>): Promise<readonly Check[]> {
  if (jwt === undefined) return [];
  const { keySourceAt } = await import('../../workbench');
  try {
    const source = keySourceAt(jwt.keys);
    const set = await source.read().finally(() => source.release());
    if ('why' in set) return [{ check: 'sign-in keys', state: 'bad', detail: `CARDRAIL_JWT_KEYS cannot be read: ${set.why}` }];
    const count = set.keys.length === 1 ? 'one key' : `${set.keys.length} keys`;
    return [{ check: 'sign-in keys', state: 'ok', detail: `${count} of ${jwt.issuer}` }];
  } catch (error) {
    return [{ check: 'sign-in keys', state: 'bad', detail: error instanceof Error ? error.message : 'CARDRAIL_JWT_KEYS cannot be used' }];
  }
}
