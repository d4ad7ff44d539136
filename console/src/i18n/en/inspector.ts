import type { inspector as zh } from "../zh/inspector.ts";

export const inspector: typeof zh = {
  title: "Frame inspector",
  summary: "{{frames}} frames, {{damaged}} damaged stretches, {{bytes}} bytes",
  input: "Frames in hexadecimal",
  placeholder:
    "Paste frames: plain hexadecimal, output of xxd or hexdump, a Wireshark export, log lines, source code, base64; many frames and damage between them are fine",
  explain: "Explain",
  replace: "Another dump",
  example: "Example (edition {{edition}})",
  local: "Explained in your browser: what you paste is sent to no server.",
  address: "The bytes are kept in the address behind #, which browsers never send; a copied link carries them.",
  tooLong: "More than {{limit}} bytes: not kept in the address; paste again after a reload.",
  noHex: "There is no hexadecimal in it",
  odd: "A run of digits has an odd length: half a byte may be missing",
  mixed: "Hexadecimal was taken out of lines of text",
  empty: "Paste frames and read them byte by byte",
  emptyNext: "Every command and body of both editions is explained field by field, with its clause; damage too.",
  pieces: "Frames and damage",
  piece: "Piece",
  column: { what: "What", length: "Bytes" },
  reply: "reply",
  damage: {
    SG_FRAME_START: "Bytes of no frame",
    SG_FRAME_TRUNCATED: "Incomplete frame",
    SG_FRAME_LENGTH: "Length above the limit",
    SG_FRAME_BCC: "Wrong check code",
    other: "Damage",
  },
  kinds: {
    malformed: "malformed",
    encrypted: "encrypted",
    opaque: "own command",
  },
  at: "offset {{offset}}",
};
