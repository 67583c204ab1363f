const mostBytes = 1024 * 1024;

/** What a stream brings, as text in UTF-8. Rejects if it is more than `maxBytes`, or 1 MiB. */
export async function textOf(stream: AsyncIterable<Uint8Array>, maxBytes = mostBytes): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`expected at most ${maxBytes} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
