import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const ROOT = join(__dirname, '../..');
export const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const words = z.array(z.string());
const dependency = z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully', 'service_started']) });
const duration = z.string().regex(/^\d+(s|m)$/);

/** The part of the Compose specification that the file uses. A key that is not here is a typing error until somebody adds it. */
const service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  init: z.literal(true).optional(),
  read_only: z.literal(true).optional(),
  tmpfs: words.optional(),
  cap_drop: words.optional(),
  ulimits: z.strictObject({ core: z.literal(0) }).optional(),
  security_opt: words.optional(),
  restart: z.enum(['no', 'unless-stopped']),
  stop_grace_period: duration.optional(),
  networks: words,
  entrypoint: words.optional(),
  command: words.optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+(-\d+)?:\d+$/, 'is published on loopback only')).optional(),
  volumes: z.array(z.string().regex(/^[a-z][a-z0-9-]*:\/[a-z/]+(:ro)?$/)).optional(),
  depends_on: z.union([words, z.record(z.string(), dependency)]).optional(),
  deploy: z.strictObject({ replicas: z.number().int().min(1).max(8) }).optional(),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({ test: words, interval: duration, timeout: duration, retries: z.number().int() }),
    ])
    .optional(),
});
export type Service = z.infer<typeof service>;

const composeFile = z
  .strictObject({
    name: z.string(),
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.strictObject({})),
    volumes: z.record(z.string(), z.strictObject({})),
  })
  .strict();

/** The file as a container engine would read it: anchors resolved, `x-` sections gone. */
export function compose(): z.infer<typeof composeFile> {
  const read = parse(text('docker-compose.yml'), { merge: true }) as Record<string, unknown>;
  return composeFile.parse(Object.fromEntries(Object.entries(read).filter(([name]) => !name.startsWith('x-'))));
}

export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** Dockerfile instructions, continued lines joined, comments gone. */
export function dockerfile(): readonly Instruction[] {
  const lines = text('Dockerfile')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return { word, rest };
  });
}

/** What ENV sets in the last stage. */
export function imageEnvironment(): Readonly<Record<string, string>> {
  const all = dockerfile();
  const last = all.slice(all.findLastIndex(({ word }) => word === 'FROM'));
  return Object.fromEntries(
    last
      .filter(({ word }) => word === 'ENV')
      .flatMap(({ rest }) => [...rest.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const)),
  );
}
