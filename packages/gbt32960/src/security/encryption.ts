/**
 * Encrypted data units (GB/T 32960.3 §6.2): encrypt, then BCC; check the BCC, then decrypt. Header and BCC stay plain,
 * so frames are found, counted and filed before anybody has a key.
 */
import { CodecError } from "../errors.ts";
import { checkFrame, Encryption, HEADER_BYTES } from "../frame.ts";
import type { Cipher } from "./ports.ts";
import { frameWith } from "./unit.ts";

/**
 * The plain frame of the encrypted frame in bytes [from, to), as new bytes: encryption 1, data unit decrypted, length
 * and BCC put right. A frame that is not encrypted comes back as it is; an empty data unit needs no key.
 * @throws CodecError SG_FRAME_* for what is no frame; SG_BODY_CIPHER where the cipher is for another encryption, or
 * cannot decrypt the bytes
 */
export function decryptFrame(bytes: Uint8Array, cipher: Cipher, from = 0, to = bytes.length): Uint8Array {
  checkFrame(bytes, from, to);
  const frame = bytes.subarray(from, to);
  const encryption = frame[21];
  if (encryption === Encryption.none) return new Uint8Array(frame);
  const unit = frame.subarray(HEADER_BYTES, frame.length - 1);
  if (unit.length === 0) return frameWith(frame, unit, Encryption.none);
  if (encryption !== cipher.encryption)
    throw new CodecError("SG_BODY_CIPHER", `encryption ${encryption}, but the cipher is for ${cipher.encryption}`, 21);
  let plain: Uint8Array;
  try {
    plain = cipher.decrypt(unit);
  } catch (cause) {
    throw new CodecError("SG_BODY_CIPHER", `encryption ${encryption}`, HEADER_BYTES, { cause });
  }
  return frameWith(frame, plain, Encryption.none);
}

/**
 * The encrypted frame of a plain one, as new bytes. An empty data unit stays empty.
 * @throws CodecError SG_FRAME_* for what is no frame, SG_MESSAGE_INVALID for a frame that is encrypted already or whose
 * cipher text is too long for a frame
 */
export function encryptFrame(frame: Uint8Array, cipher: Cipher): Uint8Array {
  checkFrame(frame);
  if (frame[21] !== Encryption.none) throw new CodecError("SG_MESSAGE_INVALID", "the frame is encrypted already", 21);
  const unit = frame.subarray(HEADER_BYTES, frame.length - 1);
  return frameWith(frame, unit.length === 0 ? unit : cipher.encrypt(unit), cipher.encryption);
}
