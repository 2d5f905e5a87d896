import type { ChannelFlags } from '../../../application/ports/channel';

/** What one account at a Dujiao-Next shop needs. Secrets are values here; they are resolved by whoever reads the settings. */
export interface DujiaoNextSettings {
  readonly adapter: 'dujiao-next';
  /** Scheme and host of the shop; the API stands under `/api/v1/upstream`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The first signs; all are believed while one is being changed. */
  readonly apiSecrets: readonly string[];
  /** In which the shop counts; its products name none. */
  readonly currency: string;
  readonly flags: ChannelFlags;
  readonly notFoundFinalAfterSeconds: number;
}
