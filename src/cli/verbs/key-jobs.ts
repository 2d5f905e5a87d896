import { randomUUID } from 'node:crypto';
import { answer } from '../output';
import { localeOf } from '../locale';
import { ShopApi } from '../shop-api';
import { JOB, type Job, jobText } from './bulk';
import { type ChangeOptions, sure } from './desk';

interface Answered {
  readonly job: Job | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** Orders that all cards are sealed with the newest key. */
export async function rotate(options: ChangeOptions): Promise<void> {
  const reason = sure(options, 'CARDS_SEALED_ANEW');
  const { job } = await ShopApi.fromEnvironment(localeOf(options.locale)).change<Answered>(
    `mutation ($input: RotateKeysInput!) { result: rotateKeys(input: $input) { job { ${JOB} } replayed userErrors { code message } } }`,
    { idempotencyKey: options.key ?? randomUUID(), reason },
  );
  await answer(options.json, job, () => (job === null ? 'done' : jobText(job)));
}

interface Destroyed {
  readonly key: { readonly kid: string; readonly status: string } | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** Orders the end of a key. The first call leaves a request for another person; the same call, with the same --idempotency, goes through then. */
export async function destroy(kid: string, options: ChangeOptions): Promise<void> {
  const reason = sure(options, 'KEY_DESTROYED', { kid });
  const { key } = await ShopApi.fromEnvironment(localeOf(options.locale)).change<Destroyed>(
    'mutation ($input: DestroyKeyInput!) { result: destroyKey(input: $input) { key { kid inUse status since keptBy { cards orders others } } replayed userErrors { code message } } }',
    { idempotencyKey: options.key ?? `destroy-${kid}`, reason, kid },
  );
  await answer(options.json, key, () => (key === null ? 'done' : `${key.kid}: ${key.status}; see \`cardrail keys list\``));
}
