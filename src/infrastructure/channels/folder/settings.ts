import type { ChannelFlags } from '../../../application/ports/channel';

/** What one upstream needs that is served by files. Secrets are values here; they are resolved by whoever reads the settings. */
export interface FolderSettings {
  readonly adapter: 'folder';
  readonly id: string;
  readonly currency: string;
  /** A purchase waits so long for its answer; 0 where a person writes them. */
  readonly waitSeconds: number;
  /** `whsec_` + base64; several while a secret is being changed. None: it does not ring. */
  readonly webhookSecrets: readonly string[];
  readonly flags: ChannelFlags;
  readonly notFoundFinalAfterSeconds: number;
}
