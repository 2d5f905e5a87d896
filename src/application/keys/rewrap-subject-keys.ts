import type { SubjectKeyName } from '../../domain/kernel/subject';
import { subjectKeyContext } from '../order-secrets';
import { type Keyring, SealBroken } from '../ports/keyring';
import type { SubjectKey, SubjectKeys } from '../ports/subject-keys';

export interface RewrapKit {
  readonly keyring: Pick<Keyring, 'open' | 'seal'>;
  readonly subjectKeys: Pick<SubjectKeys, 'list' | 'rewrap'>;
}

/** Some 200 bytes each. */
const PAGE_KEYS = 500;

/**
 * Seals the keys of all persons with another key of the keyring: what they sealed stays as it is, and depends on the old one no more. Cut
 * off anywhere, the next call goes on. Rejects with KeyMissing where this process does not have a key, and with SubjectKeysUnavailable.
 */
export async function rewrapSubjectKeys(kit: RewrapKit, kid: string, signal: AbortSignal): Promise<void> {
  let after: SubjectKeyName | null = null;
  for (
    let page = await kit.subjectKeys.list(after, PAGE_KEYS);
    page.length > 0 && !signal.aborted;
    page = await kit.subjectKeys.list(after, PAGE_KEYS)
  ) {
    await Promise.all(page.filter(({ wrapped }) => wrapped.kid !== kid).map((key) => rewrap(kit, kid, key)));
    after = page.at(-1) ?? null;
  }
}

async function rewrap({ keyring, subjectKeys }: RewrapKit, kid: string, key: SubjectKey): Promise<void> {
  const context = subjectKeyContext(key);
  try {
    // One that was destroyed meanwhile, or that another process rewrapped, is left as it is.
    await subjectKeys.rewrap(key, keyring.seal(keyring.open(key.wrapped, context), context, kid));
  } catch (error) {
    // It opens nothing any more: it keeps the old key, and whoever counts says so.
    if (!(error instanceof SealBroken)) throw error;
  }
}
