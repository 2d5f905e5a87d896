import { words, type Words } from '../../application/queries/words';
import type { RowProblem } from '../../application/import-cards/card-rows';

/** Why a row of a file is not taken, and where that can be mended, how. */
export const problemWords: Readonly<Record<RowProblem['reason'], Words>> = {
  EMPTY_CODE: words('there is no code in it', '没有卡密'),
  CODE_TOO_LONG: words('the code or one of its fields is longer than 4,096 characters', '卡密或某个字段超过 4096 个字符'),
  LINE_TOO_LONG: words('it is too long to be a card; is a line end missing?', '该行过长，不像卡密；请检查是否缺少换行'),
  BAD_CHARACTER: words('it holds a control character that nobody can type', '含有无法输入的控制字符'),
  BAD_ENCODING: words('it is no text in this encoding; name the right one with --encoding', '与所用编码不符；请用 --encoding 指定正确的编码'),
  MALFORMED_CSV: words('a quote in it is not closed as it should be', '引号没有正确闭合'),
  TOO_MANY_COLUMNS: words('it has more columns than there are names', '列数多于列名'),
  TOO_MANY_FIELDS: words('it has more fields than a card may have', '字段过多'),
  BAD_EXPIRY: words('its date cannot be read; write it as 2030-12-31', '有效期无法识别；请写成 2030-12-31'),
  EXPIRED: words('it has expired', '已过期'),
  DUPLICATE_IN_FILE: words('an earlier row has the same code', '前面的行已有相同的卡密'),
  DUPLICATE_IN_POOL: words('the same code is in stock', '库存中已有相同的卡密'),
  DUPLICATE_SOLD: words('the same code is sold, or held by an order', '相同的卡密已售出或被订单占用'),
  DUPLICATE_WITHDRAWN: words('the same code was taken out of sale, or has expired', '相同的卡密已下架或已过期'),
};
