/**
 * Breaks what `encode` wrote into lines, for people: a line for each element that holds others, and one for each that
 * holds text. White space that comes in this way means nothing, except inside Green Button content.
 */
export function indentXml(xml: string): string {
  const lines: string[] = [];
  let [depth, openable] = [0, false];
  for (const token of xml.match(/<(?:"[^"]*"|[^">])*>|[^<]+/g) ?? []) {
    const isEnd = token.startsWith("</");
    const isStart = !isEnd && /^<[^?!]/.test(token);
    if (isEnd) depth--;
    if (openable && !isStart) lines.push((lines.pop() ?? "") + token);
    else if (token.trim() !== "") lines.push("  ".repeat(depth) + token);
    openable = isStart || (openable && !isEnd);
    if (isStart) depth++;
  }
  return lines.join("\n");
}
