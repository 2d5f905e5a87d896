/** An import of cards. These names and shapes are stored for ever; counts are of rows, never their text. */
export type BatchEvent =
  | { readonly type: 'BatchOpened'; readonly data: { readonly skuId: string; readonly source: string; readonly contentHash?: string } }
  | {
      readonly type: 'BatchProgressed';
      readonly data: {
        readonly skuId: string;
        readonly rows: number;
        readonly accepted: number;
        readonly duplicates: number;
        readonly rejected: number;
      };
    }
  | {
      readonly type: 'BatchClosed';
      readonly data: {
        readonly skuId: string;
        readonly rows: number;
        readonly accepted: number;
        readonly duplicates: number;
        readonly rejected: number;
      };
    };
