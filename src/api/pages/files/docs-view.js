import { byId, element } from './dom.js';
import { namedType, typeText } from './introspection.js';

/** The schema to read and walk through. `onPick(kind, field)` hears which operation somebody wants to begin with. */
export class DocsView {
  constructor(onPick) {
    this.onPick = onPick;
    this.trail = [];
    byId('docs-back').addEventListener('click', () => this.back());
    byId('docs-filter').addEventListener('input', () => this.render());
  }

  load(schema) {
    this.schema = schema;
    this.trail = [];
    this.render();
  }

  say(text) {
    byId('docs').replaceChildren(element('p', { class: 'soft' }, text));
  }

  open(typeName) {
    this.trail.push(typeName);
    byId('docs-filter').value = '';
    this.render();
    byId('docs-back').focus();
  }

  back() {
    this.trail.pop();
    this.render();
  }

  render() {
    if (this.schema === undefined) return;
    const typeName = this.trail.at(-1);
    byId('docs-back').hidden = typeName === undefined;
    const sought = byId('docs-filter').value.trim().toLowerCase();
    const matches = ({ name }) => name.toLowerCase().includes(sought);
    byId('docs').replaceChildren(...(typeName === undefined ? this.roots(matches) : this.type(this.schema.types.get(typeName), matches)));
  }

  roots(matches) {
    return this.schema.roots.flatMap(({ kind, type }) => [
      element('h3', {}, type.name),
      element('ul', {}, ...type.fields.filter(matches).map((field) => this.field(field, kind))),
    ]);
  }

  type(type, matches) {
    const { fields, inputFields, enumValues, possibleTypes } = type;
    const values = (enumValues ?? []).map(({ name, description }) => ({ name, description, args: [], type: null }));
    const members = [...(fields ?? []), ...(inputFields ?? []), ...values].filter(matches);
    return [
      element('h3', {}, type.name, ' ', element('span', { class: 'soft' }, type.kind.toLowerCase().replaceAll('_', ' '))),
      ...describe(type),
      ...((possibleTypes ?? []).length === 0 || fields == null
        ? []
        : [element('p', {}, 'Is one of: ', ...possibleTypes.flatMap(({ name }) => [this.typeLink({ name }), ' ']))]),
      element('ul', {}, ...members.map((member) => this.field(member))),
    ];
  }

  field(field, kind) {
    const { name, args = [], type } = field;
    const title =
      kind === undefined ? element('strong', {}, name) : this.button(name, `Begin a ${kind} with ${name}`, () => this.onPick(kind, field));
    const given = args.flatMap((arg, at) => [at === 0 ? '(' : ', ', `${arg.name}: `, this.typeLink(arg.type), at === args.length - 1 ? ')' : '']);
    const signature = element('div', { class: 'signature' }, title, ...given, ...(type === null ? [] : [': ', this.typeLink(type)]));
    return element('li', {}, signature, ...describe(field));
  }

  typeLink(type) {
    const { name } = namedType(type);
    return this.button(type.kind === undefined ? name : typeText(type), `Read about ${name}`, () => this.open(name), 'type');
  }

  button(text, label, onClick, kind = 'pick') {
    const made = element('button', { type: 'button', class: `inline ${kind}`, title: label }, text);
    made.addEventListener('click', onClick);
    return made;
  }
}

function describe({ description, isDeprecated, deprecationReason }) {
  return [
    ...(description ? [element('p', { class: 'soft' }, description)] : []),
    ...(isDeprecated ? [element('p', { class: 'soft' }, `Deprecated: ${deprecationReason ?? 'no reason given'}`)] : []),
  ];
}
