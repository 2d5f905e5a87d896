/** One thing that `doctor` looked at. */
export interface Check {
  readonly check: string;
  /** note: worth knowing, not wrong. */
  readonly state: 'ok' | 'note' | 'bad';
  readonly detail: string;
}
