import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { transformSync } from '@swc/core';
import type { EventCodec } from '../../../src/application/ports/event-codec';
import type * as CatalogModule from '../../../src/infrastructure/codec/catalog';
import type * as CodecModule from '../../../src/infrastructure/codec/codec';
import type * as Profiles from '../../../src/simulation/profiles';
import type * as Simulate from '../../../src/simulation/simulate';
import type { Mutant } from './mutant';

const SOURCE = join(__dirname, '../../../src') + sep;
const COMPILED = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    target: 'es2022',
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: false,
} as const;

type Load = (module: { _compile(code: string, file: string): void }, file: string) => void;
const extensions = (Module as unknown as { readonly _extensions: Record<string, Load> })._extensions;
const compiled = new Map<string, string>();
let mutant: Mutant | null = null;

/** The text of a module with the mutant in it. Throws when the place it names is not there exactly once: the mutant has to follow the code. */
export function mutated({ name, file, from, to }: Mutant, text: string): string {
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`the mutant "${name}" finds its place ${places} times in src/${file}`);
  return text.replace(from, () => to);
}

/** From here on modules of the product are compiled from their sources, with whatever mutant is set. */
function install(): void {
  const other = extensions['.ts'];
  extensions['.ts'] = (module, file) => {
    if (!file.startsWith(SOURCE)) return other?.(module, file);
    const isHit = mutant !== null && file === SOURCE + mutant.file.split('/').join(sep);
    const key = isHit ? `${mutant?.name} ${file}` : file;
    const code = compiled.get(key) ?? compile(file, isHit ? mutant : null);
    compiled.set(key, code);
    module._compile(code, file);
  };
}

function compile(file: string, inIt: Mutant | null): string {
  const text = readFileSync(file, 'utf8');
  return transformSync(inIt === null ? text : mutated(inIt, text), { ...COMPILED, filename: file }).code;
}

let isInstalled = false;

export interface MutatedSimulation {
  readonly simulate: typeof Simulate;
  readonly profiles: typeof Profiles;
  readonly codec: EventCodec;
}

/** The simulation as a program with this defect would run it. */
export function simulationWith(one: Mutant | null): MutatedSimulation {
  if (!isInstalled) install();
  isInstalled = true;
  mutant = one;
  const fresh = createRequire(__filename);
  for (const file of Object.keys(fresh.cache)) if (file.startsWith(SOURCE)) delete fresh.cache[file];
  const load = <T>(file: string): T => fresh(SOURCE + file) as T;
  const { createCodec } = load<typeof CodecModule>('infrastructure/codec/codec');
  const { codecCatalog } = load<typeof CatalogModule>('infrastructure/codec/catalog');
  return { simulate: load('simulation/simulate'), profiles: load('simulation/profiles'), codec: createCodec(codecCatalog) };
}
