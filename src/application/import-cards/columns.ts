/** What the cells of a file are. `code` is what is sold, `expiresAt` when it ends; null is left out; any other name is a field of the card. */
export type Column = string | null;

export const CODE: Column = 'code';
export const EXPIRES_AT: Column = 'expiresAt';

/** Headings that suppliers give the code, the most certain first: of a number and a code, the code is what is sold. */
const CODE_HEADINGS = [
  'code',
  '卡密',
  '激活码',
  '兑换码',
  '充值码',
  'cdkey',
  'activationcode',
  'licensekey',
  'licencekey',
  'key',
  '序列号',
  'serial',
  'serialnumber',
  '卡号',
  'cardnumber',
  'cardno',
  'number',
  'card',
];
const EXPIRY_HEADINGS = ['expiresat', 'expires', 'expiry', 'expirydate', 'validuntil', '有效期', '有效期至', '过期时间', '到期时间', '截止日期'];
const LEFT_OUT = ['', '-'];

const plain = (heading: string): string => heading.toLowerCase().replaceAll(/[\s_-]/g, '');

/** Columns as a person names them, in the order of the file; null when none of them is the code. */
export function namedColumns(names: readonly string[]): readonly Column[] | null {
  const columns = names.map((name) => (LEFT_OUT.includes(name.trim()) ? null : columnOf(name)));
  return columns.filter((column) => column === CODE).length === 1 ? distinct(columns) : null;
}

/** The columns that a first row announces; null when it is no heading but a card. */
export function headedColumns(cells: readonly string[]): readonly Column[] | null {
  const ranks = cells.map((cell) => CODE_HEADINGS.indexOf(plain(cell)));
  const best = Math.min(...ranks.filter((rank) => rank >= 0));
  if (!Number.isFinite(best)) return null;
  const codeAt = ranks.indexOf(best);
  return distinct(cells.map((cell, at) => (at === codeAt ? CODE : headingOf(cell, at))));
}

const columnOf = (name: string): Column => {
  if (plain(name) === CODE) return CODE;
  return EXPIRY_HEADINGS.includes(plain(name)) ? EXPIRES_AT : name.trim();
};

/** A second column of the name `code` is a field. */
function headingOf(cell: string, at: number): Column {
  const column = columnOf(cell);
  return column === '' || column === CODE ? `column ${at + 1}` : column;
}

/** Two columns of one name would hide each other. */
function distinct(columns: readonly Column[]): readonly Column[] {
  return columns.map((column, at) => (column === null || columns.indexOf(column) === at ? column : `${column} ${at + 1}`));
}
