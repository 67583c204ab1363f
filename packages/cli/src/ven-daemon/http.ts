import { textOf } from "./text-of.ts";

/** A request that may succeed when it is repeated: nobody answered, or somebody who said that it would. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
}

/** How to ask an HTTP service. */
export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long an answer may be. @default 1 MiB */
  readonly maxBytes?: number | undefined;
  /** Ends the request; its reason tells why. */
  readonly signal: AbortSignal;
}

/** Posts JSON. Rejects unless the answer is a 2xx. */
export async function post(url: URL, request: HttpRequest): Promise<void> {
  const headers = { "content-type": "application/json", ...request.headers };
  const answer = await ask(url, { ...request, headers, method: "POST" });
  await answer.body?.cancel();
}

/** The body of a 200; up to `maxBytes`. */
export async function get(url: URL, request: HttpRequest): Promise<string> {
  const { body } = await ask(url, { ...request, method: "GET" });
  return body === null ? "" : textOf(body, request.maxBytes);
}

async function ask(url: URL, request: HttpRequest & { readonly method: string }): Promise<Response> {
  const answer = await sent(url, request);
  if (answer.ok) return answer;
  await answer.body?.cancel();
  const message = `expected HTTP status 2xx, got ${answer.status}`;
  const isWorthwhile = answer.status >= 500 || answer.status === 408 || answer.status === 429;
  throw isWorthwhile ? new RetryableError(message) : new Error(message);
}

/** The answer. Redirects are not followed: they could lead secrets elsewhere. */
async function sent(
  url: URL,
  { signal, maxBytes: _, ...request }: HttpRequest & { readonly method: string },
): Promise<Response> {
  try {
    return await fetch(url, { ...request, redirect: "manual", signal });
  } catch (error) {
    throw new RetryableError(reasonOf(signal.aborted ? signal.reason : error), { cause: error });
  }
}

/** Why there was no answer, which `fetch` says in the error behind its own. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === "" ? ((cause as NodeJS.ErrnoException).code ?? cause.name) : cause.message;
}
