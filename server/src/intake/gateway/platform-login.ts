/** Command 05, platform login (GB/T 32960.3 table 27): time 6, sequence 2, user 12, password 20, encryption rule 1. */

const UNIT_AT = 24;
const UNIT_BYTES = 41;
const USER_AT = UNIT_AT + 8;
const PASSWORD_AT = USER_AT + 12;
const PASSWORD_END = PASSWORD_AT + 20;

export interface PlatformCredentials {
  readonly user: string;
  readonly password: string;
}

/** User and password of a whole login frame; undefined when the data unit does not have the size of its table. */
export function platformCredentials(frame: Uint8Array): PlatformCredentials | undefined {
  if (frame.length !== UNIT_AT + UNIT_BYTES + 1) return undefined;
  return {
    user: text(frame.subarray(USER_AT, PASSWORD_AT)),
    password: text(frame.subarray(PASSWORD_AT, PASSWORD_END)),
  };
}

/** STRING: GB/T 1988 with Chinese in GB 18030 (§6.1), padded with NULs or blanks. */
function text(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--;
  return new TextDecoder("gb18030").decode(bytes.subarray(0, end));
}

/**
 * A copy of the frame whose password is zeros and whose BCC fits: the journal, history and evidence copies are read by
 * people who must not learn a platform's password.
 */
export function withoutPassword(frame: Uint8Array): Uint8Array {
  const copy = new Uint8Array(frame);
  let bcc = copy[copy.length - 1];
  for (let at = PASSWORD_AT; at < PASSWORD_END; at++) {
    bcc ^= copy[at];
    copy[at] = 0;
  }
  copy[copy.length - 1] = bcc;
  return copy;
}
