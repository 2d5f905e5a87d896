import { ListSkus, ListSkusHandler, type SkuView } from '../../application/queries/list-skus';
import { answer, moneyText, table } from '../output';
import { configOf, operator, withSettings } from '../session';
import { catchUp } from './catch-up';

/** Every product, from the log of this machine. */
export async function listSkus({ json }: { readonly json?: true }): Promise<void> {
  const skus = await withSettings(configOf(), async (parts, signal) => {
    const { settings, readModels, config } = parts;
    await catchUp(parts, ['sku-stock'], signal);
    return new ListSkusHandler(settings, readModels, config.incidents.waitingOrders).execute(new ListSkus(operator(parts)));
  });
  await answer(json, { skus }, () =>
    table(
      ['SKU', 'STATUS', 'PRICE', 'AVAILABLE', 'SOURCES'],
      skus.map((sku) => [sku.id, statusOf(sku), moneyText(sku.settings.price), `${sku.available}`, sourcesOf(sku)]),
    ),
  );
}

const statusOf = ({ active, soldOut }: SkuView): string => (!active ? 'PAUSED' : soldOut ? 'SOLD OUT' : 'ON SALE');

const sourcesOf = ({ settings: { sources } }: SkuView): string =>
  sources.length === 0 ? 'by hand' : sources.map((source) => (source.kind === 'POOL' ? 'pool' : source.channelId)).join(' ');
