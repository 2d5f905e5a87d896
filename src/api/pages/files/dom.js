/** The element with this id. Every id that is asked for stands in the page's own HTML. */
export const byId = (id) => document.getElementById(id);

/** A new element. Text goes in as text, never as markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Writes only what has changed, so that screen readers do not hear the same twice and selections stay. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Writes the text, and hides the node (or what surrounds it) when there is none. */
export function writeOrHide(node, text, around = node) {
  write(node, text ?? '');
  around.hidden = text == null;
}

/** A button that cannot be pressed twice while its work goes on. */
export function onPress(button, work) {
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    try {
      await work();
    } finally {
      button.removeAttribute('aria-busy');
    }
  });
}

/** Copies; where the browser has no clipboard for us (plain HTTP), the old way by a selection. False when both fail. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const holder = element('textarea', { readonly: '', class: 'off-screen', 'aria-hidden': 'true' });
    holder.value = text;
    document.body.append(holder);
    holder.select();
    const copied = document.execCommand('copy');
    holder.remove();
    return copied;
  }
}
