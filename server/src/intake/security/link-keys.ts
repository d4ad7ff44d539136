/**
 * Keys of the data units on one link. They come from key exchanges (0x0B) of the peer, from the link's rules, and, for
 * RSA and SM2, from the platform's own private keys. On a platform link a vehicle may have keys of its own.
 */
import type { KeyObject } from "node:crypto";
import type { Cipher, EncryptionName, KeyExchange } from "@sandglass/gbt32960";
import { createBlockCipher, createRsaCipher, createSm2Cipher } from "./ciphers.ts";
import { findRsaKey, findSm2Point } from "./keys.ts";
import type { SecuritySettings } from "./settings.ts";

/** A key that both ends know beforehand. */
export interface SharedKey {
  readonly encryption: "aes" | "sm4";
  /** 16 bytes. */
  readonly key: Uint8Array;
}

/** What peers encrypt for: the platform's own keys. */
export interface PrivateKeys {
  readonly rsa?: KeyObject;
  /** 64 hex digits. */
  readonly sm2?: string;
}

interface DatedCipher {
  readonly cipher: Cipher;
  /** UTC ms; both included. */
  readonly from: number;
  readonly to: number;
}

/** Vehicles with keys of their own on one platform link. */
const MAX_KEYS = 100_000;

export class LinkKeys {
  readonly #ciphers = new Map<string, DatedCipher>();

  /**
   * Takes the key of an exchange.
   * @param id the unique id that the key is for; undefined = the whole link
   * @returns false for a key that cannot be used, one without a valid period, and when there are too many
   */
  accept(exchange: KeyExchange, id: string | undefined, settings: SecuritySettings, own: PrivateKeys): boolean {
    const { encryption, key, validFrom: from, validTo: to } = exchange;
    if (encryption === undefined || !(from <= to)) return false;
    const cipher = cipherOf(encryption, key, settings, own);
    const name = nameOf(encryption, id);
    if (cipher === undefined || (this.#ciphers.size >= MAX_KEYS && !this.#ciphers.has(name))) return false;
    this.#ciphers.set(name, { cipher, from, to });
    return true;
  }

  /** The cipher for an id at an instant: the vehicle's own key before the link's. */
  find(encryption: EncryptionName, id: string, at: number): Cipher | undefined {
    for (const name of [nameOf(encryption, id), nameOf(encryption, undefined)]) {
      const dated = this.#ciphers.get(name);
      if (dated !== undefined && dated.from <= at && at <= dated.to) return dated.cipher;
    }
    return undefined;
  }
}

function nameOf(encryption: EncryptionName, id: string | undefined): string {
  return id === undefined ? encryption : `${encryption}:${id}`;
}

function cipherOf(
  encryption: EncryptionName,
  key: Uint8Array,
  settings: SecuritySettings,
  own: PrivateKeys,
): Cipher | undefined {
  try {
    switch (encryption) {
      case "aes":
      case "sm4":
        return createBlockCipher(encryption, key, settings[encryption]);
      case "rsa": {
        // The peer's public key: we encrypt with it, and decrypt with our own.
        const publicKey = findRsaKey(key);
        return publicKey && createRsaCipher(withPrivate(publicKey, own.rsa), settings.rsaCipher);
      }
      case "sm2": {
        const publicKey = findSm2Point(key);
        return publicKey === undefined
          ? undefined
          : createSm2Cipher(withPrivate(publicKey, own.sm2), settings.sm2Cipher);
      }
    }
  } catch {
    return undefined;
  }
}

function withPrivate<T>(publicKey: T, privateKey: T | undefined): { publicKey: T; privateKey?: T } {
  return privateKey === undefined ? { publicKey } : { publicKey, privateKey };
}

/** Ciphers for keys that need no exchange. @throws RangeError for a shared key that is not 16 bytes */
export function standingCiphers(
  shared: readonly SharedKey[],
  own: PrivateKeys,
  settings: SecuritySettings,
): ReadonlyMap<EncryptionName, Cipher> {
  const ciphers = new Map<EncryptionName, Cipher>();
  if (own.rsa !== undefined) ciphers.set("rsa", createRsaCipher({ privateKey: own.rsa }, settings.rsaCipher));
  if (own.sm2 !== undefined) ciphers.set("sm2", createSm2Cipher({ privateKey: own.sm2 }, settings.sm2Cipher));
  for (const { encryption, key } of shared)
    ciphers.set(encryption, createBlockCipher(encryption, key, settings[encryption]));
  return ciphers;
}
