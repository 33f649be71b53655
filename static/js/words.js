// The page's language, and its translated words for every other script; moments and lengths of time: times.js.

export const language = document.documentElement.lang || "en";

/** @type {Map<string, Record<string, any>>} */
const blocks = new Map();

/**
 * The JSON the server put into the page under this id; empty on pages without it.
 * @param {string} id
 * @returns {Record<string, any>}
 */
function jsonBlock(id) {
  let block = blocks.get(id);
  if (!block) {
    block = JSON.parse(document.getElementById(id)?.textContent ?? "{}");
    blocks.set(id, /** @type {Record<string, any>} */ (block));
  }
  return /** @type {Record<string, any>} */ (block);
}

/**
 * A translated text; `{name}` is replaced by `params.name`. An unknown key is shown as it is.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function word(key, params = {}) {
  const text = String(jsonBlock("js-words")[key] ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/** @type {Promise<void> | null} */
let phoneWords = null;

/** The words that only calls and recordings need: fetched with the first of them, which waits for this. */
export function loadPhoneWords() {
  phoneWords ??= fetchPhoneWords().catch((error) => {
    phoneWords = null;
    throw error;
  });
  return phoneWords;
}

async function fetchPhoneWords() {
  const response = await fetch(pageConfig().urls.phone_words);
  if (!response.ok) throw new Error(`words: ${response.status}`);
  Object.assign(jsonBlock("js-words"), await response.json());
}

/** Who this page belongs to, and the addresses it may ask. */
export function pageConfig() {
  return jsonBlock("page-config");
}
