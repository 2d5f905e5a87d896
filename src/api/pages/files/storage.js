/** A browser may refuse storage altogether; then things are simply not remembered. */
class Remembering {
  constructor(storageName) {
    this.storageName = storageName;
  }

  get(key) {
    try {
      return window[this.storageName].getItem(key);
    } catch {
      return null;
    }
  }

  set(key, value) {
    try {
      window[this.storageName].setItem(key, value);
    } catch {
      // Full or forbidden: the page works on without it.
    }
  }

  remove(key) {
    try {
      window[this.storageName].removeItem(key);
    } catch {
      // Nothing was stored in the first place.
    }
  }
}

/** Until the tab is closed. For secrets. */
export const session = new Remembering('sessionStorage');
/** For ever. For taste, never for secrets. */
export const lasting = new Remembering('localStorage');
