import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request, type RequestOptions } from "node:https";

/** What a client gets: an answer, or the end of the connection. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly isClosed: boolean;
}

/** Sends one document over a connection of its own, and shows the whole of what comes back. */
export async function postOverTls(url: string, body: string, options: RequestOptions): Promise<Answer | "ended"> {
  const headers = { "content-type": "application/xml", connection: "keep-alive" };
  const sent = request(url, { method: "POST", agent: false, headers, ...options });
  sent.end(body);
  try {
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    let text = "";
    for await (const chunk of answer) text += String(chunk);
    return { status: answer.statusCode ?? 0, body: text, isClosed: answer.headers.connection === "close" };
  } catch {
    return "ended";
  } finally {
    sent.destroy();
  }
}
