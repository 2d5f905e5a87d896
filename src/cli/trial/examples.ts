import { join } from 'node:path';

/** What comes with the program for trying it out, from `src/cli/trial` and from `dist/cli/trial` alike. */
const EXAMPLES = join(__dirname, '../../../examples');
export const SHOP_FILE = join(EXAMPLES, 'shop.yaml');
export const CARDS_FILE = join(EXAMPLES, 'cards.csv');
/** The product in both. */
export const SKU_ID = 'steam-50';
