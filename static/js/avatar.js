// Initials in a colour of their own: the same for one number on every page, as the server draws them.

const HUES = 12;

/**
 * @param {string} number
 * @param {string} name
 * @returns {HTMLSpanElement}
 */
export function avatarElement(number, name) {
  const avatar = document.createElement("span");
  avatar.className = `avatar hue-${crc32(number) % HUES}`;
  avatar.setAttribute("aria-hidden", "true");
  avatar.textContent = initials(name) || number.slice(0, 2);
  return avatar;
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen
    .map((text) => [...(text ?? "")][0])
    .join("")
    .toUpperCase();
}

/** @param {string} text */
function crc32(text) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
