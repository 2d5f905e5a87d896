import { reviewDeadlinesText } from '../../application/queries/review-deadlines';
import { type Config, lanesText, settings } from '../../config';
import { Secret } from '../../config/secret';
import { answer, say, table } from '../output';
import { configOf } from '../session';

interface Shown {
  readonly name: string;
  /** Null when it is not set. Of a secret: only whether it is there. */
  readonly value: string | null;
  readonly from: 'environment' | 'default';
  readonly about: string;
}

/** Null stands for off. */
type Value = Exclude<Config['values'][keyof typeof settings], Secret | undefined>;

/** A setting as it would stand in the environment. */
function textOf(value: Value): string {
  if (value === null) return 'off';
  if (typeof value !== 'object') return String(value);
  if ('vip' in value) return lanesText(value);
  if ('payment' in value) return reviewDeadlinesText(value);
  return value.map((word) => (typeof word === 'object' ? `${word.group}=${word.role}` : word)).join(',');
}

/** Prints every setting as this process would use it. */
export async function print({ json }: { readonly json?: true }): Promise<void> {
  const config = configOf();
  for (const warning of config.warnings) say(warning);
  const shown = Object.entries(settings).map(([name, setting]): Shown => {
    const value = config.values[name as keyof typeof settings];
    const given = [name, `${name}_FILE`].some((key) => (process.env[key] ?? '') !== '');
    const text = value === undefined ? null : value instanceof Secret ? '(set)' : textOf(value);
    return { name, value: text, from: given ? 'environment' : 'default', about: setting.about };
  });
  await answer(json, shown, () =>
    table(
      ['NAME', 'VALUE', 'FROM', 'MEANING'],
      shown.map(({ name, value, from, about }) => [name, value ?? '-', from, about]),
    ),
  );
}
