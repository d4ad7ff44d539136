/** What the verification of an export says. */

export interface ExportProblem {
  /** Line of the file from 1; undefined when the fault is not in the file (the key). */
  readonly line: number | undefined;
  /** Part of the line: a member name, `newline`, `json`, `spelling`, `order`, `end`, … */
  readonly what: string;
  readonly detail: string;
}

/** Tells of a fault in the line at hand, or in another. */
export type TellProblem = (what: string, detail: string, line?: number) => void;

export interface ExportReport {
  readonly valid: boolean;
  readonly origin: string | undefined;
  readonly leaves: number;
  readonly checkpoints: number;
  /** Root of the last checkpoint that was checked, base64. */
  readonly root: string | undefined;
  /** Ids of the keys that signed. */
  readonly keys: readonly string[];
  /** The keys that leaves introduced, in order: which checkpoints each of them signed. */
  readonly keyHistory: readonly KeyPeriod[];
  /** Whose cosignatures the file holds; all of them fit, but only those of trusted witnesses say something. */
  readonly witnesses: readonly WitnessReport[];
  readonly authorities: readonly AuthorityReport[];
  /** Time-stamps about the right checkpoint whose signature nobody was given to verify. */
  readonly unverifiedTimestamps: number;
  readonly problems: readonly ExportProblem[];
}

export interface KeyPeriod {
  readonly keyId: string;
  /** Raw, base64. */
  readonly publicKey: string;
  /** Sequence number of the leaf that introduces it. */
  readonly leaf: number;
  /** Sizes of the first and last checkpoint that it signed; undefined when it has signed none yet. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly checkpoints: number;
}

export interface WitnessReport {
  readonly name: string;
  /** Verifier key as text. */
  readonly key: string;
  /** The reader named it. */
  readonly trusted: boolean;
  readonly cosignatures: number;
  /** Largest tree that it cosigned, and when, RFC 3339. */
  readonly size: number;
  readonly at: string;
}

/** An authority that stamped checkpoints. */
export interface AuthorityReport {
  readonly name: string;
  /** Its certificate leads to one that the reader trusts. */
  readonly trusted: boolean;
  readonly timestamps: number;
  /** Largest tree that it stamped, and when, RFC 3339. */
  readonly size: number;
  readonly at: string;
}
