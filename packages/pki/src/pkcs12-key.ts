import { createHash } from "node:crypto";

/** What PKCS#12 derives keys for. */
export const pkcs12Purpose = { encryption: 1, iv: 2, mac: 3 } as const;

/** A hash function that PKCS#12 derives keys with. */
export type Pkcs12Hash = "sha1" | "sha256" | "sha384" | "sha512";

export interface Pkcs12Derivation {
  readonly hash: Pkcs12Hash;
  /** The passphrase as {@link pkcs12Passphrase} gives it. */
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
}

/** A passphrase as PKCS#12 wants it: UTF-16 with a zero at the end. */
export function pkcs12Passphrase(passphrase: string): Buffer {
  return Buffer.from(`${passphrase}\0`, "utf16le").swap16();
}

/** The key derivation of PKCS#12 (RFC 7292, appendix B.2), which node:crypto does not have. */
export function pkcs12Key(derivation: Pkcs12Derivation, purpose: number, length: number): Buffer {
  const { hash, passphrase, salt, rounds } = derivation;
  const blockSize = hash === "sha1" || hash === "sha256" ? 64 : 128;
  const diversifier = Buffer.alloc(blockSize, purpose);
  const state = Buffer.concat([filled(salt, blockSize), filled(passphrase, blockSize)]);
  const key: Buffer[] = [];
  for (let made = 0; made < length;) {
    let digest: Buffer = Buffer.concat([diversifier, state]);
    for (let round = 0; round < rounds; round++) digest = createHash(hash).update(digest).digest();
    key.push(digest);
    made += digest.length;
    advance(state, repeated(digest, blockSize));
  }
  return Buffer.concat(key).subarray(0, length);
}

/** Repeated until it fills whole blocks; nothing stays nothing. */
function filled(bytes: Uint8Array, blockSize: number): Buffer {
  return repeated(bytes, Math.ceil(bytes.length / blockSize) * blockSize);
}

function repeated(bytes: Uint8Array, length: number): Buffer {
  return Buffer.alloc(length, bytes.length === 0 ? 0 : bytes);
}

/** Adds `step` and one to each block of the state, as to one big number, without what overflows. */
function advance(state: Buffer, step: Buffer): void {
  for (let start = 0; start < state.length; start += step.length) {
    let carry = 1;
    for (let i = step.length - 1; i >= 0; i--) {
      const sum = (state[start + i] ?? 0) + (step[i] ?? 0) + carry;
      state[start + i] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
