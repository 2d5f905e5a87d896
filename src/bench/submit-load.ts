import { randomBytes } from 'node:crypto';
import { httpRequest, type RawAnswer } from './raw-load';

const DOCUMENT =
  'mutation S($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id queue { position } } accessToken userErrors { code } } }';

/** Submits as a storefront sends them, each with a key and a buyer of its own; remembers what was acknowledged. */
export class SubmitLoad {
  readonly acknowledged: string[] = [];
  busy = 0;
  /** Of those that were acknowledged, orders that were given a place in the line. */
  queued = 0;
  private readonly run = randomBytes(6).toString('hex');

  constructor(
    private readonly storefrontKey: string,
    private readonly idempotencyPrefix = 'bench',
  ) {}

  readonly request = (n: number): Buffer => {
    const input = {
      idempotencyKey: `${this.idempotencyPrefix}-${this.run}-${n}`,
      skuId: 'bench',
      quantity: 1,
      buyer: { ref: `buyer-${this.run}-${n}` },
      payment: { gatewayId: 'main', kind: 'CHARGE' },
    };
    return httpRequest(
      '/graphql',
      { authorization: `Bearer ${this.storefrontKey}` },
      JSON.stringify({ query: DOCUMENT, operationName: 'S', variables: { input } }),
    );
  };

  readonly onAnswer = ({ status, body }: RawAnswer): boolean => {
    if (status !== 200) return false;
    const id = /"order":\{"id":"([^"]+)"/.exec(body)?.[1];
    if (id !== undefined) {
      this.acknowledged.push(id);
      if (body.includes('"position":')) this.queued++;
      return true;
    }
    if (body.includes('SYSTEM_BUSY')) this.busy++;
    return false;
  };
}
