import type { SubjectKeyName } from '../../domain/kernel/subject';
import { MoveRefused } from '../move-log';
import type { SubjectKey, SubjectKeyPlace } from '../ports/subject-keys';

const PAGE = 1_000;

export interface KeysMoved {
  readonly keys: number;
  readonly erasures: number;
}

/** Which of two seals of one key is the newer one: a rotation seals keys anew only where the shop uses them. */
export type NewerSeal = 'source' | 'target';

/**
 * Copies who was erased, and then every key of those who were not, erased here or there: so nobody comes back who was forgotten at either place. A
 * call that was cut off is made again and goes on; the source is left as it is. Rejects with MoveRefused and SubjectKeysUnavailable.
 */
export async function copySubjectKeys(from: SubjectKeyPlace, to: SubjectKeyPlace, newer: NewerSeal, signal: AbortSignal): Promise<KeysMoved> {
  if ((await from.leftFor()) !== null) return { keys: 0, erasures: 0 };
  await to.enter();
  const moved = { keys: 0, erasures: 0 };
  let erased: string | null = null;
  for (let page = await from.erasures(erased, PAGE); page.length > 0; page = await from.erasures(erased, PAGE)) {
    for (const erasure of page) {
      signal.throwIfAborted();
      await to.retire(erasure);
      await to.destroyRetired(erasure.subject);
      moved.erasures++;
    }
    erased = page.at(-1)?.subject ?? null;
  }
  let listed: SubjectKeyName | null = null;
  for (let page = await from.list(listed, PAGE); page.length > 0; page = await from.list(listed, PAGE)) {
    for (const key of page) {
      signal.throwIfAborted();
      if (await copyKey(key, to, newer)) moved.keys++;
    }
    listed = page.at(-1) ?? null;
  }
  return moved;
}

/** False: who it was for has been erased at the target. */
async function copyKey(key: SubjectKey, to: SubjectKeyPlace, newer: NewerSeal): Promise<boolean> {
  const stands = await to.keep(key);
  if (stands === null) return false;
  if (stands.wrapped.tag === key.wrapped.tag) return true;
  // A key that was sealed anew is sealed with another key of the keyring. Twice with the same one is two keys, and each has sealed something.
  if (stands.wrapped.kid === key.wrapped.kid)
    throw new MoveRefused('KEYS_DIFFER', `there are two keys ${key.subject}.${key.generation}, one at each place: nothing of either was changed`);
  return newer === 'target' || to.rewrap(stands, key.wrapped);
}

/** Once the shop is to be found at the target: copies what may have come since, and destroys what the source holds. Rejects like `copySubjectKeys`. */
export async function handOverSubjectKeys(
  from: SubjectKeyPlace,
  to: SubjectKeyPlace,
  newer: NewerSeal,
  { where, signal }: { readonly where: string; readonly signal: AbortSignal },
): Promise<KeysMoved> {
  const moved = await copySubjectKeys(from, to, newer, signal);
  await from.leave(where);
  return moved;
}
