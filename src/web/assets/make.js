/**
 * Elements for modules that build a part of a page.
 * @module
 */

/**
 * An element with a text, which is never markup, and attributes.
 * @param {string} name
 * @param {string} [text]
 * @param {Object<string, string>} [attributes]
 */
export const make = (name, text = '', attributes = {}) => {
  const node = Object.assign(document.createElement(name), { textContent: text });
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};
