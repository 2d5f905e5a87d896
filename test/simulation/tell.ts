import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { profileNamed } from '../../src/simulation/profiles';
import { tellStory } from '../../src/simulation/simulate';

/** A program of its own: `tell <profile> <seed> <orders>` tells one story and prints all its lines. */
async function tell(): Promise<void> {
  const [profile = 'chaos', seed = '1', orders = '25'] = process.argv.slice(2);
  const story = await tellStory({
    seed: Number(seed),
    orders: Number(orders),
    profile: profileNamed(profile),
    codec: createCodec(codecCatalog),
    keepStory: true,
  });
  process.stdout.write(story.lines.join('\n'));
}

void tell();
