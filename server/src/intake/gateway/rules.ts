/** What may differ between links: defaults by kind of link, and what a platform's own entry says. */
import type { SignatureBoundary } from "@sandglass/gbt32960";
import type { SharedKey } from "../security/mod.ts";
import type { CertificateRule } from "./certificate.ts";
import { MAIN_BODY, type ReplyFormat } from "./replies.ts";
import type { AnswerRealtime } from "./options.ts";
import type { LinkKind } from "./vehicles.ts";

export interface LinkRules {
  /** A link without a whole frame for this long is closed, ms. Heartbeats come every 1–240 s (parameter 09). */
  readonly idleMs: number;
  /** Correct realtime and re-issued reports are answered. Errors always are. */
  readonly answerReports: boolean;
  readonly reply: ReplyFormat;
  /** Frames of vehicles that are not registered are kept, answered with flag 04 and do not count. */
  readonly checkRegistry: boolean;
  /** A link that sends more is not read for the rest of the second; 0 = no limit. */
  readonly maxFramesPerSecond: number;
  /**
   * Signatures of reports of edition 2025: `check`: those of vehicles whose key is known must be right; `require`: every
   * report must be signed with a known key.
   */
  readonly signatures: SignatureRule;
  /** Of terminal links: what a client certificate must say of the vehicle that logs in. */
  readonly certificateVin: CertificateRule;
  /** Which bytes signatures cover, see the codec: the standard can be read both ways, and whole fleets sign in one. */
  readonly signatureBoundary: SignatureBoundary;
  /** Keys of data units that both ends know beforehand. */
  readonly dataKeys: readonly SharedKey[];
  /** How commands to vehicles are encrypted. Where it is not `none` they are never sent in the clear. */
  readonly commandEncryption: CommandEncryption;
}

export const COMMAND_ENCRYPTIONS = ["none", "rsa", "aes", "sm2", "sm4"] as const;
export type CommandEncryption = (typeof COMMAND_ENCRYPTIONS)[number];

export const SIGNATURE_RULES = ["ignore", "check", "require"] as const;
export type SignatureRule = (typeof SIGNATURE_RULES)[number];
const NO_KEYS: readonly SharedKey[] = [];

/** Rules that were given, by kind of link. */
export type GivenRules = Partial<Record<LinkKind, Partial<LinkRules>>>;

export type RulesByKind = Readonly<Record<LinkKind, LinkRules>>;

/** @param idleMs where nothing else is given */
export function rulesByKind(given: GivenRules, answer: AnswerRealtime, idleMs: number): RulesByKind {
  const rules = (kind: LinkKind): LinkRules => ({
    idleMs,
    answerReports: answer === kind || answer === "both",
    reply: MAIN_BODY,
    checkRegistry: false,
    maxFramesPerSecond: 0,
    signatures: "check",
    certificateVin: "check",
    signatureBoundary: "beforeMarker",
    dataKeys: NO_KEYS,
    commandEncryption: "none",
    ...given[kind],
  });
  return { terminal: rules("terminal"), platform: rules("platform") };
}
