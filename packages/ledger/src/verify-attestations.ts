/** What others attest about checkpoints of an export: cosignatures of witnesses, tokens of time-stamp authorities. */
import { checkpointMessage, type Checkpoint, type VerifySignature } from "./checkpoint.ts";
import type { CosignatureRecord, TimestampRecord } from "./export-format.ts";
import type { AuthorityReport, TellProblem, WitnessReport } from "./export-report.ts";
import type { Hasher } from "./hasher.ts";
import { cosignatureMessage, formatVerifierKey, noteText, type VerifierKey } from "./note.ts";
import { findTimestamp, refuteImprint, type VerifyTimestamp } from "./timestamp.ts";

export interface AttestationOptions {
  readonly verifySignature: VerifySignature;
  readonly witnesses: readonly VerifierKey[];
  readonly verifyTimestamp: VerifyTimestamp | undefined;
  readonly hasher: Hasher;
}

export class Attestations {
  readonly #options: AttestationOptions;
  readonly #tell: TellProblem;
  readonly #witnesses = new Map<string, { key: VerifierKey; cosignatures: number; size: number; time: number }>();
  readonly #authorities = new Map<string, AuthorityReport>();
  /** Time-stamps whose signature nobody was given to verify. */
  unverified = 0;

  constructor(options: AttestationOptions, tell: TellProblem) {
    this.#options = options;
    this.#tell = tell;
  }

  async cosignature({ size, witness, cosignature }: CosignatureRecord, checkpoint: Checkpoint): Promise<void> {
    const message = cosignatureMessage(cosignature.time, noteText(checkpoint));
    if (!(await this.#options.verifySignature(witness.publicKey, message, cosignature.signature)))
      return this.#tell("signature", "the cosignature does not fit the checkpoint: it or its time was altered");
    const id = formatVerifierKey(witness);
    const cosignatures = (this.#witnesses.get(id)?.cosignatures ?? 0) + 1;
    this.#witnesses.set(id, { key: witness, cosignatures, size, time: cosignature.time });
  }

  timestamp({ size, token: bytes }: TimestampRecord, checkpoint: Checkpoint): void {
    const { hasher, verifyTimestamp } = this.#options;
    const token = findTimestamp(bytes);
    if (token === undefined) return this.#tell("token", "not a time-stamp token that this verifier can read");
    const wrong = refuteImprint(token, hasher.digest(checkpointMessage(checkpoint)));
    if (wrong !== undefined) return this.#tell("token", wrong);
    const verdict = verifyTimestamp?.(token);
    if (verdict === undefined) {
      this.unverified++;
      return;
    }
    if (verdict.kind === "refuted") return this.#tell("token", verdict.reason);
    const { authority: name, trusted } = verdict;
    const id = `${trusted} ${name}`;
    const timestamps = (this.#authorities.get(id)?.timestamps ?? 0) + 1;
    this.#authorities.set(id, { name, trusted, timestamps, size, at: token.at });
  }

  /** Names of trusted witnesses of which the export holds no cosignature. */
  missing(): string[] {
    return this.#options.witnesses
      .filter((witness) => !this.#witnesses.has(formatVerifierKey(witness)))
      .map(({ name }) => name);
  }

  witnesses(): WitnessReport[] {
    const trusted = new Set(this.#options.witnesses.map(formatVerifierKey));
    return [...this.#witnesses].map(([id, { key, cosignatures, size, time }]) => {
      const at = new Date(time * 1_000);
      const text = Number.isNaN(at.getTime()) ? String(time) : at.toISOString();
      return { name: key.name, key: id, trusted: trusted.has(id), cosignatures, size, at: text };
    });
  }

  authorities(): AuthorityReport[] {
    return [...this.#authorities.values()];
  }
}
