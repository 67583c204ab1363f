/** The word that somebody may have meant who wrote another; undefined if none is near. */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const most = written.length < 4 ? 1 : Math.max(2, Math.floor(written.length / 3));
  const ranked = words
    .map((word) => ({ word, distance: editDistance(written.toLowerCase(), word.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.word;
}

/** How many letters have to be added, dropped or replaced to turn one word into another. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of from.split("").entries()) {
    const line = [row + 1];
    for (let column = 0; column < to.length; column++) {
      const [left = 0, upLeft = 0, up = 0] = [line[column], above[column], above[column + 1]];
      line.push(Math.min(left + 1, up + 1, upLeft + (letter === to[column] ? 0 : 1)));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
