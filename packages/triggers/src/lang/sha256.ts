import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** The identity of a text: lower-case hex of SHA-256 over its UTF-8 bytes. Node's own is not at hand in a browser, and WebCrypto's is async. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));
