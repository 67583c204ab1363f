import type { IncomingMessage } from "node:http";
import { decompress } from "./content-coding.ts";
import type { DecompressionFault } from "./content-coding.ts";
import type { Deadlines, Expiring } from "./deadlines.ts";
import { RefusedRequestError } from "./handler.ts";

/** What bounds the bodies of requests; one object for all requests of a listener. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly deadlines: Deadlines;
  readonly memory: MemoryBudget;
}

/** The bytes that all requests of a listener together may occupy. */
export class MemoryBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Takes `bytes` out of the budget; answers false, and takes nothing, when that is more than is left. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** Thrown when the peer goes away in the middle of its request, so that there is nobody to answer. */
export class PeerGoneError extends Error {
  override readonly name = "PeerGoneError";
}

/** The body of one request, read into memory within limits. */
export class IncomingBody implements Expiring {
  readonly #request: IncomingMessage;
  readonly #limits: BodyLimits;
  #chunks: Buffer[] = [];
  #length = 0;
  #taken = 0;
  #settle: ((fault: Error | undefined) => void) | undefined;

  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  /**
   * Reads and decompresses the body. Throws {@link RefusedRequestError} as soon as a limit is reached, and
   * {@link PeerGoneError}. Its bytes count until {@link release}.
   */
  async read(): Promise<Buffer> {
    const declared = this.#request.headers["content-length"];
    if (declared !== undefined && Number(declared) > this.#limits.maxBodyBytes) throw this.#tooLarge();
    await this.#receive();
    const [first = Buffer.alloc(0)] = this.#chunks;
    const bytes = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#length) : first;
    this.#chunks = [];
    const coding = this.#request.headers["content-encoding"];
    return coding === undefined ? bytes : this.#decompress(bytes, coding);
  }

  /** Gives the memory of this body back to the budget. */
  release(): void {
    this.#limits.memory.give(this.#taken);
    this.#taken = 0;
    this.#chunks = [];
  }

  expire(): void {
    this.#settle?.(new RefusedRequestError(408, "the body did not arrive in time"));
  }

  async #receive(): Promise<void> {
    const request = this.#request;
    if (request.readableEnded) throw new TypeError("the body was read already: mount the listener before body parsers");
    if (request.destroyed) throw new PeerGoneError("the peer closed the connection inside its request");
    const onData = (chunk: Buffer): void => this.#add(chunk);
    const onEnd = (): void => this.#settle?.(undefined);
    const onClose = (): void => this.#settle?.(new PeerGoneError("the peer closed the connection inside its request"));
    this.#limits.deadlines.add(this);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = (fault) => (fault === undefined ? resolve() : reject(fault));
        request.on("data", onData).on("end", onEnd).on("close", onClose);
      });
    } finally {
      this.#settle = undefined;
      this.#limits.deadlines.remove(this);
      request.off("data", onData).off("end", onEnd).off("close", onClose);
    }
  }

  #add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#limits.maxBodyBytes) return this.#settle?.(this.#tooLarge());
    if (!this.#take(chunk.length)) return this.#settle?.(busy());
    this.#chunks.push(chunk);
  }

  async #decompress(bytes: Buffer, coding: string): Promise<Buffer> {
    const result = await decompress(bytes, coding, this.#limits.maxBodyBytes);
    if (typeof result === "string") throw this.#decompressionRefusal(result, coding);
    if (!this.#take(Math.max(0, result.length - bytes.length))) throw busy();
    return result;
  }

  #decompressionRefusal(fault: DecompressionFault, coding: string): RefusedRequestError {
    if (fault === "too large") return this.#tooLarge();
    return new RefusedRequestError(406, `content encoding ${JSON.stringify(coding)}: ${fault}`);
  }

  #take(bytes: number): boolean {
    if (!this.#limits.memory.take(bytes)) return false;
    this.#taken += bytes;
    return true;
  }

  #tooLarge(): RefusedRequestError {
    return new RefusedRequestError(413, `expected a body of at most ${this.#limits.maxBodyBytes} bytes`);
  }
}

function busy(): RefusedRequestError {
  return new RefusedRequestError(503, "too many bytes of requests in memory");
}
