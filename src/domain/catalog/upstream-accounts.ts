import type { Money } from '../kernel/money';
import type { WaitThresholds } from '../incident/thresholds';
import type { SecretRef } from './secret-ref';

/** Upstreams that sell cards, as settings. These names and shapes are stored for ever. Secrets are references, never values. */

export type ChannelFlag = 'replay' | 'lookup' | 'cancel' | 'partialFill';

/** How an upstream is used, whatever it speaks. */
interface Upstream {
  readonly notFoundFinalAfterSeconds: number;
  /** Its share among channels of one priority. */
  readonly weight: number;
  /** Lower is asked first. */
  readonly priority: number;
  /** New purchases that may be sent to it each second, by each process. */
  readonly ratePerSecond: number;
  /** Purchases that may be under way there at once, by each process. */
  readonly maxInFlight: number;
  /** People are told when less than this is left of the deposit there. Absent: they are not. */
  readonly balanceMin?: Money;
  /** From when on orders that wait for it are an incident. Absent: as the shop is set up. */
  readonly incidents?: WaitThresholds;
}

export interface HttpV1Upstream extends Upstream {
  readonly adapter: 'http-v1';
  readonly baseUrl: string;
  readonly apiKey: SecretRef;
  /** Several while a secret is being changed. */
  readonly webhookSecrets: readonly SecretRef[];
  readonly flags: readonly ChannelFlag[];
}

/** Another shop that runs Dujiao-Next. */
export interface DujiaoNextUpstream extends Upstream {
  readonly adapter: 'dujiao-next';
  readonly baseUrl: string;
  readonly apiKey: SecretRef;
  /** The first one signs; several while it is being changed. */
  readonly apiSecrets: readonly SecretRef[];
  /** In which it counts. */
  readonly currency: string;
  readonly flags: readonly 'replay'[];
}

/** An upstream that is served by files, in a folder that bears the channel's id. Where that folder stands is no setting of the shop. */
export interface FolderUpstream extends Upstream {
  readonly adapter: 'folder';
  readonly currency: string;
  /** A purchase waits so long for its answer, and is asked about from then on. */
  readonly waitSeconds: number;
  /** Several while a secret is being changed; none where the upstream does not ring. */
  readonly webhookSecrets: readonly SecretRef[];
  readonly flags: readonly ('replay' | 'lookup' | 'partialFill')[];
}
