import { z } from 'zod';
import { keyWeakness } from './key-strength';

const keyId = z.string().regex(/^[A-Za-z0-9._-]{1,32}$/);

/** What stands in the file. Keys are base64url; the last sealing key and the highest token version are the ones in use. */
const keyringContent = z.strictObject({
  format: z.literal(1),
  /** Made for trying things out: a production process refuses it. */
  development: z.literal(true).exactOptional(),
  sealingKeys: z
    .array(z.strictObject({ kid: keyId, key: z.string() }))
    .min(1)
    .max(1_000),
  fingerprintKey: z.string(),
  tokenKeys: z
    .array(z.strictObject({ version: z.int().min(1).max(9_999), key: z.string() }))
    .min(1)
    .max(1_000),
  /** Seeds of the Ed25519 keys that sign audit checkpoints; absent in keyrings made before there were any. */
  auditKeys: z
    .array(z.strictObject({ version: z.int().min(1).max(9_999), key: z.string() }))
    .max(1_000)
    .exactOptional(),
});

export type KeyringContent = z.output<typeof keyringContent>;

/** The content, or everything that is wrong with it at once. No word of the answer comes from a key. */
export function parseKeyring(text: string): KeyringContent | readonly string[] {
  const json = parseJson(text);
  if (json === undefined) return ['it is not JSON'];
  const parsed = keyringContent.safeParse(json);
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.code}`);
  const problems = problemsOf(parsed.data);
  return problems.length === 0 ? parsed.data : problems;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemsOf(content: KeyringContent): readonly string[] {
  const keys = namedKeys(content);
  const weak = keys.flatMap(({ name, key }) => {
    const weakness = keyWeakness(key);
    return weakness === null ? [] : [`${name} ${weakness}`];
  });
  const repeated = keys.filter(({ name, key }, at) => keys.findIndex((other) => other.name === name || other.key === key) !== at);
  return [...weak, ...repeated.map(({ name }) => `${name} stands there twice, or shares its key with another`)];
}

function namedKeys(content: KeyringContent): readonly { readonly name: string; readonly key: string }[] {
  return [
    ...content.sealingKeys.map(({ kid, key }) => ({ name: `sealing key ${kid}`, key })),
    { name: 'the fingerprint key', key: content.fingerprintKey },
    ...content.tokenKeys.map(({ version, key }) => ({ name: `token key ${version}`, key })),
    ...(content.auditKeys ?? []).map(({ version, key }) => ({ name: `audit key ${version}`, key })),
  ];
}
