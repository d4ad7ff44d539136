import type { inspector as zh } from "../zh/inspector.ts";

export const inspector: typeof zh = {
  title: "Frame inspector",
  summary: "{{frames}} frames, {{damaged}} damaged, {{bytes}} bytes",
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
  dialect: {
    label: "How frames are read",
    default: "Reading: default",
    changed: "Reading: {{count}} changed",
    why: "The sources of the standard contradict each other. Choose for each contradiction how it is read; for this page only, the gateway goes by its configuration.",
    isDefault: "(default)",
    reset: "Defaults",
    gateway: "As the gateway reads",
    of: {
      parameterWidths: {
        title: "Width of parameters 02 and 03",
        hint: "WORD in edition 2016, BYTE in 2025. Some terminals changed their start bytes only and still write the old width.",
        values: { edition: "As the start bytes say", "2016": "Edition 2016: WORD", "2025": "Edition 2025: BYTE" },
      },
      annexBTypes: {
        title: "Types 08 and 09 of edition 2016",
        hint: "Only annex B defines cell voltages and temperatures; the main body reserves both types. Real terminals send the annex's structure.",
        values: { decode: "Read as in annex B", reserved: "Reserved as in the main body: what follows is not read" },
      },
      countSentinels: {
        title: "A count of FE or FF",
        hint: "The standard does not say whether a list follows; in real frames none does.",
        values: { noList: "No list follows", malformed: "The data unit is malformed" },
      },
      firstCell: {
        title: "Number of the first cell",
        hint: "The table's range begins at 1; some terminals and one public implementation count from 0.",
        values: { "1": "From 1", "0": "From 0" },
      },
      hydrogenConcentrationMax: {
        title: "Largest hydrogen concentration of edition 2016",
        hint: "In one row of the table the raw range ends at 60000 and the text says 50000 mg/kg.",
        values: { "60000": "60000 mg/kg (range)", "50000": "50000 mg/kg (text)" },
      },
      activationInfoBase: {
        title: "Information codes of an activation reply",
        hint: "The standard's table begins at 0; one public implementation numbers from 1.",
        values: { "0": "From 0", "1": "From 1" },
      },
      alarmBit22: {
        title: "Name of alarm bit 22",
        hint: "The standard says supercapacitor over-voltage; one public implementation says over-pressure.",
        values: {
          supercapacitorOverVoltage: "Supercapacitor over-voltage",
          supercapacitorOverPressure: "Supercapacitor over-pressure",
        },
      },
    },
  },
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
