import { byId, copyText, element, onPress, write } from './dom.js';

const COPIED_SHOWN_MS = 2_000;

/** Shows revealed codes. They live in this page only: nothing of them is stored. */
export class CodesView {
  constructor() {
    this.cards = [];
    onPress(byId('copy-all'), () => this.copy(this.cards.map(({ code }) => code).join('\n'), byId('copy-all')));
  }

  get shown() {
    return this.cards.length > 0;
  }

  speak(words) {
    this.words = words;
    if (this.shown) this.show(this.cards);
  }

  show(cards) {
    this.cards = cards;
    byId('code-list').replaceChildren(...cards.map((card, at) => this.cardItem(card, at)));
    byId('copy-all').hidden = cards.length < 2;
  }

  clear() {
    if (this.shown) this.show([]);
  }

  cardItem({ code, fields }, at) {
    const { words, cards } = this;
    const name = cards.length === 1 ? words.code : words.codeOf.replace('{at}', at + 1).replace('{count}', cards.length);
    return element(
      'li',
      { class: 'card-code' },
      this.valueRow(name, code, 'code'),
      ...(fields ?? []).map(({ name: label, value }) => this.valueRow(label, value, 'field')),
    );
  }

  valueRow(label, value, kind) {
    const button = element('button', { type: 'button', class: 'small', 'aria-label': `${this.words.copy}: ${label}` }, this.words.copy);
    onPress(button, () => this.copy(value, button));
    return element('div', { class: `value ${kind}` }, element('span', { class: 'label' }, label), element('code', {}, value), button);
  }

  async copy(text, button) {
    const { words } = this;
    const copied = await copyText(text);
    write(byId('notice'), copied ? '' : words.copyFailed);
    if (!copied) return;
    write(byId('spoken'), words.copied);
    button.textContent = words.copied;
    setTimeout(() => {
      button.textContent = this.words[button.dataset.word ?? 'copy'];
      write(byId('spoken'), '');
    }, COPIED_SHOWN_MS);
  }
}
