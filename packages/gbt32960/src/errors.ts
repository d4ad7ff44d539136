/** Coded errors of the codec. The gateway maps them to reply flags, the command line prints them as they are. */

/** Why bytes are not a frame, why a data unit does not have the structure of its command, why a message cannot be written. */
export const CODEC_ERRORS = {
  SG_FRAME_START: "no start marker ## or $$ where a frame must begin",
  SG_FRAME_TRUNCATED: "the frame ends before its claimed length",
  SG_FRAME_LENGTH: "the claimed data-unit length is above 65531",
  SG_FRAME_TRAILING: "bytes follow the frame",
  SG_FRAME_BCC: "the block check character does not match",
  SG_BODY_TRUNCATED: "a field of the data unit lies beyond its end",
  SG_BODY_TIME: "the collection time is not a calendar time",
  SG_BODY_ENCRYPTED: "the data unit is encrypted",
  SG_BODY_CIPHER: "the data unit cannot be decrypted",
  SG_MESSAGE_INVALID: "the message cannot be written in the layout of its edition",
  SG_HEX: "not a hexadecimal line",
} as const;
export type CodecErrorCode = keyof typeof CODEC_ERRORS;

/** Thrown by `decodeFrame` and `encodeFrame`. `offset` is the byte offset in the frame where that applies. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;
  readonly offset: number | undefined;

  // Not `ErrorOptions`: who compiles for an older library than ES2022 does not have it, and reads these declarations.
  constructor(code: CodecErrorCode, detail: string, offset?: number, options?: { readonly cause?: unknown }) {
    super(detail === "" ? CODEC_ERRORS[code] : `${CODEC_ERRORS[code]}: ${detail}`, options);
    this.name = "CodecError";
    this.code = code;
    this.offset = offset;
  }
}
