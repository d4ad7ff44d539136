/**
 * What the gateway does with signatures and encryption of the frames of a link: decrypt, verify, take keys, activate.
 * Called only for encrypted frames and for commands of edition 2025 that can carry a signature or a key.
 */
import { bccOf, Command, findKeyExchange, type Cipher, type EncryptionName } from "@sandglass/gbt32960";
import { Disposition } from "@sandglass/signals";
import { IntakeSecurity, LinkKeys, type ActivationOutcome, type SecurityOptions } from "../security/mod.ts";
import type { Link } from "./link.ts";
import { vinText, type Vehicles } from "./vehicles.ts";

const VIN_AT = 4;
const UNIT_AT = 24;
const KEY_AT = UNIT_AT + 3;

/** What a frame is worth after its signature or key was looked at. */
export type Verdict =
  | { readonly kind: "plain" | "signed" }
  | { readonly kind: "refused"; readonly disposition: Disposition }
  | { readonly kind: "activation"; readonly outcome: Promise<ActivationOutcome> };

const PLAIN_VERDICT: Verdict = { kind: "plain" };
const SIGNED: Verdict = { kind: "signed" };
const BAD_SIGNATURE: Verdict = { kind: "refused", disposition: Disposition.badSignature };
const MALFORMED: Verdict = { kind: "refused", disposition: Disposition.malformed };

export class LinkSecurity {
  readonly #security: IntakeSecurity;
  readonly #vehicles: Vehicles;

  constructor(options: SecurityOptions, vehicles: Vehicles) {
    this.#security = new IntakeSecurity(options);
    this.#vehicles = vehicles;
    this.#security.vehicleKeys?.onChange(() => vehicles.forgetKeyless());
  }

  /** The plain frame of an encrypted one; undefined without a key that fits. */
  decrypt(link: Link, bytes: Uint8Array, from: number, to: number): Uint8Array | undefined {
    const id = vinText(bytes, from + VIN_AT);
    return this.#security.decrypt(bytes, from, to, link.dataKeys, link.rules.dataKeys, id, link.receiveTime);
  }

  /**
   * The cipher for data units to a vehicle; undefined without a key. RSA and SM2 need the public key that the peer has
   * sent in a key exchange. Edition 2016 knows RSA and AES only (table 2).
   * @param at UTC ms
   */
  findCommandCipher(
    link: Link,
    name: EncryptionName,
    vin: string,
    edition: 2016 | 2025,
    at: number,
  ): Cipher | undefined {
    if (edition === 2016 && name !== "rsa" && name !== "aes") return undefined;
    // Without an exchange there is our private key at most: it decrypts.
    return name === "rsa" || name === "sm2"
      ? link.dataKeys?.find(name, vin, at)
      : this.#security.findCipher(name, link.dataKeys, link.rules.dataKeys, vin, at);
  }

  /** @param bytes a plain frame of edition 2025 that is a command and whose structure is right */
  judge(link: Link, bytes: Uint8Array, from: number, to: number): Verdict {
    switch (bytes[from + 2]) {
      case Command.realtimeReport:
      case Command.reissuedReport:
        return this.#judgeReport(link, bytes, from, to);
      case Command.activation:
        return this.#activate(bytes, from, to);
      case Command.keyExchange:
        return this.#takeKey(link, bytes, from, to);
      default:
        return PLAIN_VERDICT;
    }
  }

  /** The reply 0x0A to an activation. The sample of it that is public carries the flag of a command. */
  activationReply(request: Uint8Array, outcome: ActivationOutcome): Uint8Array {
    const reply = new Uint8Array(UNIT_AT + 3);
    reply.set(request.subarray(0, UNIT_AT));
    reply.set([Command.activationReply, 0xfe], 2);
    reply.set([1, 0, 2, ...this.#security.activationReply(outcome)], 21);
    reply[reply.length - 1] = bccOf(reply, 2, reply.length - 1);
    return reply;
  }

  #judgeReport(link: Link, bytes: Uint8Array, from: number, to: number): Verdict {
    const rule = link.rules.signatures;
    if (rule === "ignore") return PLAIN_VERDICT;
    const keys = this.#security.vehicleKeys;
    const slot = this.#vehicles.slotOf(bytes, from + VIN_AT);
    const key = keys === undefined ? undefined : this.#vehicles.findPublicKey(slot, keys.find);
    if (key === undefined) return rule === "require" ? BAD_SIGNATURE : PLAIN_VERDICT;
    const outcome = this.#security.verify(bytes, from, to, key, link.rules.signatureBoundary);
    link.counters.count(`SG_SIGNATURE_${outcome.toUpperCase()}`);
    if (outcome === "valid") return SIGNED;
    return outcome === "invalid" || rule === "require" ? BAD_SIGNATURE : PLAIN_VERDICT;
  }

  #activate(bytes: Uint8Array, from: number, to: number): Verdict {
    if (this.#security.vehicleKeys === undefined || this.#security.settings.activation === "none") return PLAIN_VERDICT;
    const vehicle = this.#vehicles.keyOf(this.#vehicles.slotOf(bytes, from + VIN_AT));
    const step = this.#security.activate(vehicle, vinText(bytes, from + VIN_AT), bytes, from, to);
    if (step.kind === "asked") return { kind: "activation", outcome: step.outcome };
    return step.kind === "badSignature" ? BAD_SIGNATURE : MALFORMED;
  }

  /** A key that the platform of a platform link sends is for the whole link, one of a vehicle for that vehicle. */
  #takeKey(link: Link, bytes: Uint8Array, from: number, to: number): Verdict {
    const id = vinText(bytes, from + VIN_AT);
    const ofPlatform = link.platformId !== undefined && vinText(link.platformId, 0) === id;
    const scope = link.kind === "platform" && !ofPlatform ? id : undefined;
    link.dataKeys ??= new LinkKeys();
    return this.#security.acceptKey(link.dataKeys, bytes, from, to, scope) ? PLAIN_VERDICT : MALFORMED;
  }
}

/**
 * A copy of a plain key exchange whose key is zeros and whose BCC fits: the journal is read by people who must not learn
 * the keys of links. @returns undefined for a frame that is none
 */
export function withoutKey(bytes: Uint8Array, from: number, to: number): Uint8Array | undefined {
  const exchange = findKeyExchange(bytes, from, to);
  if (exchange === undefined) return undefined;
  const copy = new Uint8Array(bytes.subarray(from, to));
  copy.fill(0, KEY_AT, KEY_AT + exchange.key.length);
  copy[copy.length - 1] = bccOf(copy, 2, copy.length - 1);
  return copy;
}
