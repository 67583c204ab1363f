import type { IncomingMessage } from "node:http";
import { decompress } from "../content-coding.ts";
import type { DecompressionFault } from "../content-coding.ts";
import type { Deadlines, Expiring } from "./deadlines.ts";
import { RefusedRequestError } from "../handler.ts";

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

interface Pending {
  resolve(): void;
  reject(fault: Error): void;
}

/** The body of one request, read into memory within limits. */
export class IncomingBody implements Expiring {
  readonly #request: IncomingMessage;
  readonly #limits: BodyLimits;
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;
  #length = 0;
  #taken = 0;
  /** Present while the body is awaited. */
  #pending: Pending | undefined;

  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  /**
   * Reads and decompresses the body. Throws {@link RefusedRequestError} as soon as a limit is reached, and
   * {@link PeerGoneError}. Its bytes count until {@link release}.
   */
  async read(): Promise<Buffer> {
    const { headers, readableEnded } = this.#request;
    const declared = headers["content-length"];
    if (declared !== undefined && Number(declared) > this.#limits.maxBodyBytes) throw this.#tooLarge();
    if (readableEnded) throw new TypeError("the body was read already: mount the listener before body parsers");
    await this.#receive();
    const { "content-encoding": coding } = headers;
    return coding === undefined ? this.#bytes() : this.#decompress(this.#bytes(), coding);
  }

  /** Gives the memory of this body back to the budget. */
  release(): void {
    this.#limits.memory.give(this.#taken);
    this.#taken = 0;
  }

  expire(): void {
    if (this.#pending !== undefined) this.#fail(new RefusedRequestError(408, "the body did not arrive in time"));
  }

  // The listeners stay until the request is forgotten: to take them off again costs every request more than it saves.
  #receive(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#limits.deadlines.add(this);
      this.#request.on("data", (chunk: Buffer) => this.#add(chunk));
      this.#request.on("end", () => this.#settle()?.resolve());
      this.#request.on("close", () => this.#abandon());
      if (this.#request.destroyed) this.#abandon();
    });
  }

  #add(chunk: Buffer): void {
    if (this.#pending === undefined) return;
    this.#length += chunk.length;
    if (this.#length > this.#limits.maxBodyBytes) return this.#fail(this.#tooLarge());
    if (!this.#take(chunk.length)) return this.#fail(busy());
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#more === undefined) this.#more = [this.#first, chunk];
    else this.#more.push(chunk);
  }

  #abandon(): void {
    if (this.#pending !== undefined) this.#fail(new PeerGoneError("the peer closed the connection inside its request"));
  }

  #fail(fault: Error): void {
    this.#first = undefined;
    this.#more = undefined;
    this.#settle()?.reject(fault);
  }

  #settle(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#limits.deadlines.remove(this);
    return pending;
  }

  #bytes(): Buffer {
    return this.#more === undefined ? (this.#first ?? Buffer.alloc(0)) : Buffer.concat(this.#more, this.#length);
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
