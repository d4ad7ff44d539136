/** Signatures and encryption as the gateway uses them. Nothing here is called for plain frames of vehicles without keys. */
import {
  decryptFrame,
  findActivation,
  findEncryptionName,
  findKeyExchange,
  verifySignature,
  type Cipher,
  type EncryptionName,
  type SignatureOutcome,
  type SignatureBoundary,
  type SignatureVerifier,
} from "@sandglass/gbt32960";
import { standingCiphers, type LinkKeys, type PrivateKeys, type SharedKey } from "./link-keys.ts";
import { createVerifier } from "./signatures.ts";
import { DEFAULT_SECURITY, type SecuritySettings } from "./settings.ts";

export interface VehicleKey {
  readonly vehicle: bigint;
  /** As it came, see keys.ts. */
  readonly publicKey: Uint8Array;
  /** Of the activation; undefined for a key that the registry brought. */
  readonly chipId: string | undefined;
}

/**
 * - `activated`: the key was taken (0x0A: 1, 0)
 * - `active`: this vehicle has this key already (1, 1)
 * - `chipTaken`: the chip belongs to another vehicle (2, 1)
 * - `vinTaken`: the vehicle has another key (2, 2)
 */
export type ActivationOutcome = "activated" | "active" | "chipTaken" | "vinTaken";

/** Where the public keys of vehicles are kept. */
export interface VehicleKeyPort {
  /** From memory. */
  readonly find: (vehicle: bigint) => Uint8Array | undefined;
  /** Resolves when the key is kept for good. */
  readonly activate: (key: VehicleKey, mayAdd: boolean) => Promise<ActivationOutcome>;
  /** Told when keys were added or changed. */
  readonly onChange: (listener: () => void) => void;
}

export interface SecurityOptions {
  readonly settings?: Partial<SecuritySettings>;
  readonly privateKeys?: PrivateKeys;
  readonly vehicleKeys?: VehicleKeyPort;
}

/** What an activation message leads to. */
export type ActivationStep =
  | { readonly kind: "malformed" | "badSignature" }
  | { readonly kind: "asked"; readonly outcome: Promise<ActivationOutcome> };

export class IntakeSecurity {
  readonly settings: SecuritySettings;
  readonly vehicleKeys: VehicleKeyPort | undefined;
  readonly #own: PrivateKeys;
  readonly #verifier: SignatureVerifier;
  /** By the array of shared keys in a link's rules. */
  readonly #standing = new WeakMap<readonly SharedKey[], ReadonlyMap<EncryptionName, Cipher>>();

  constructor(options: SecurityOptions) {
    this.settings = { ...DEFAULT_SECURITY, ...options.settings };
    this.vehicleKeys = options.vehicleKeys;
    this.#own = options.privateKeys ?? {};
    this.#verifier = createVerifier(this.settings);
  }

  /**
   * The plain frame of the encrypted one in bytes [from, to); undefined where there is no key or the key does not fit.
   * @param at UTC ms
   */
  decrypt(
    bytes: Uint8Array,
    from: number,
    to: number,
    keys: LinkKeys | undefined,
    shared: readonly SharedKey[],
    id: string,
    at: number,
  ): Uint8Array | undefined {
    const name = findEncryptionName(bytes[from + 21]);
    if (name === undefined) return undefined;
    const cipher = this.findCipher(name, keys, shared, id, at);
    if (cipher === undefined) return undefined;
    try {
      return decryptFrame(bytes, cipher, from, to);
    } catch {
      return undefined;
    }
  }

  /** The cipher of a link for an id at an instant: of its exchanged keys, else of those that need no exchange. */
  findCipher(
    name: EncryptionName,
    keys: LinkKeys | undefined,
    shared: readonly SharedKey[],
    id: string,
    at: number,
  ): Cipher | undefined {
    return keys?.find(name, id, at) ?? this.#standingOf(shared).get(name);
  }

  /** Checks the signature of a plain report with the vehicle's key. */
  verify(
    bytes: Uint8Array,
    from: number,
    to: number,
    publicKey: Uint8Array,
    boundary: SignatureBoundary,
  ): SignatureOutcome {
    return verifySignature(bytes, publicKey, this.#verifier, boundary, from, to);
  }

  /**
   * Takes the activation message in bytes [from, to). It must be signed with the key that it brings, and name the
   * vehicle of its header.
   */
  activate(vehicle: bigint, vin: string, bytes: Uint8Array, from: number, to: number): ActivationStep {
    const activation = findActivation(bytes, from, to);
    if (activation === undefined || this.vehicleKeys === undefined) return { kind: "malformed" };
    const { publicKey, vin: named } = activation;
    if (named !== vin) return { kind: "malformed" };
    // 16 characters, or the 32 digits of bytes that are no text.
    const chipId = typeof activation.chipId === "string" ? activation.chipId : activation.chipId.hex;
    // An activation has no FF: both boundaries are the same there.
    if (this.verify(bytes, from, to, publicKey, "beforeMarker") !== "valid") return { kind: "badSignature" };
    const outcome = this.vehicleKeys.activate({ vehicle, publicKey, chipId }, this.settings.activation === "first");
    return { kind: "asked", outcome };
  }

  /** Status and information of the reply 0x0A (2025 table B.4). */
  activationReply(outcome: ActivationOutcome): readonly [status: number, info: number] {
    const base = this.settings.activationInfoBase;
    switch (outcome) {
      case "activated":
        return [1, base];
      case "active":
        return [1, base + 1];
      case "chipTaken":
        return [2, base + 1];
      case "vinTaken":
        return [2, base + 2];
    }
  }

  /**
   * Takes the key of an exchange into the keys of a link.
   * @param id see `LinkKeys.accept`
   * @returns false when it cannot be used
   */
  acceptKey(keys: LinkKeys, bytes: Uint8Array, from: number, to: number, id: string | undefined): boolean {
    const exchange = findKeyExchange(bytes, from, to);
    return exchange !== undefined && keys.accept(exchange, id, this.settings, this.#own);
  }

  #standingOf(shared: readonly SharedKey[]): ReadonlyMap<EncryptionName, Cipher> {
    let ciphers = this.#standing.get(shared);
    if (ciphers === undefined) {
      ciphers = standingCiphers(shared, this.#own, this.settings);
      this.#standing.set(shared, ciphers);
    }
    return ciphers;
  }
}
