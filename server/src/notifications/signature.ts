/**
 * Signatures of webhooks, as the Standard Webhooks specification has them: `webhook-id`, `webhook-timestamp` (seconds) and
 * `webhook-signature` over `id.timestamp.body`; `v1,` HMAC-SHA-256 with a secret of the webhook, `v1a,` Ed25519 with the key of
 * this installation. Secrets are derived from one master secret and never stored.
 */
import { createHmac, createPrivateKey, createPublicKey, hkdfSync, sign, type KeyObject } from "node:crypto";

export type Algorithm = "hmac-sha256" | "ed25519";

/** PKCS #8 before the 32 bytes of an Ed25519 seed (RFC 8410). */
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

export class WebhookKeys {
  readonly #master: Buffer;
  readonly #private: KeyObject;

  constructor(master: Buffer) {
    this.#master = master;
    const seed = this.#derive("ed25519 key of webhooks");
    this.#private = createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, seed]), format: "der", type: "pkcs8" });
  }

  #derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#master, "sandglass", purpose, 32));
  }

  /** `whsec_` and base64, shown to the owner once. */
  secretOf(webhook: string): string {
    return `whsec_${this.#derive(`webhook ${webhook}`).toString("base64")}`;
  }

  /** Raw 32 bytes of the public key, `whpk_` and base64. */
  get publicKey(): string {
    const der = createPublicKey(this.#private).export({ format: "der", type: "spki" });
    return `whpk_${der.subarray(-32).toString("base64")}`;
  }

  /** @param at UTC ms */
  headers(webhook: string, algorithm: Algorithm, event: string, at: number, body: string): Record<string, string> {
    const timestamp = String(Math.floor(at / 1000));
    const signed = `${event}.${timestamp}.${body}`;
    const signature =
      algorithm === "ed25519"
        ? `v1a,${sign(null, Buffer.from(signed), this.#private).toString("base64")}`
        : `v1,${createHmac("sha256", this.#derive(`webhook ${webhook}`))
            .update(signed)
            .digest("base64")}`;
    return { "webhook-id": event, "webhook-timestamp": timestamp, "webhook-signature": signature };
  }
}
