/**
 * A text as a cell of a table in Markdown.
 *
 * @param {string} text
 */
export function cell(text) {
  return text.replace(/[\\`*_<>|[\]]/g, "\\$&").replaceAll("\n", " ");
}
