/**
 * The few facts that no column holds, read from the bytes of an accepted frame: whether a 2016 report has its own
 * extremes (columns hold derived ones otherwise), the alarm list of 2025, serial numbers of logins, a platform's user.
 */

/** Offset of the data unit in a frame. */
const UNIT = 24;
const TIME_BYTES = 6;
const EXTREMES_2016 = 0x06;
const ALARM_2025 = 0x06;
/** Fixed lengths behind the type byte, by type; 0 = it has a rule of its own or none is known. */
const FIXED_2016 = Uint8Array.of(0, 20, 0, 0, 5, 9, 14, 0, 0, 0);
const FIXED_2025 = Uint8Array.of(0, 18, 0, 12, 2, 10, 0, 0, 0, 0);
const VEHICLE = 0x01;
const MOTORS = 0x02;

/** Offset of the encryption byte, and its value for plain data: of what is encrypted the bytes say nothing. */
const ENCRYPTION = 21;
const PLAIN = 1;

/** A count that carries a sentinel is followed by no list. */
const count8 = (bytes: Uint8Array, at: number): number => (bytes[at] >= 0xfe ? 0 : bytes[at]);
const count16 = (bytes: Uint8Array, at: number): number => {
  const value = (bytes[at] << 8) | bytes[at + 1];
  return value >= 0xfffe ? 0 : value;
};

/** Offset behind the body of `type` whose content begins at `at`; 0 when its length is not known. */
function skip2016(bytes: Uint8Array, type: number, at: number): number {
  if (type < FIXED_2016.length && FIXED_2016[type] > 0) return at + FIXED_2016[type];
  switch (type) {
    case 0x02:
      return at + 1 + 12 * count8(bytes, at);
    case 0x03:
      return at + 18 + count16(bytes, at + 6);
    case 0x07: {
      let next = at + 5;
      for (let list = 0; list < 4; list++) next += 1 + 4 * count8(bytes, next);
      return next;
    }
    case 0x08: {
      let next = at + 1;
      for (let pack = count8(bytes, at); pack > 0; pack--) next += 10 + 2 * count8(bytes, next + 9);
      return next;
    }
    case 0x09:
      return skipProbes(bytes, at);
    default:
      return skipUserDefined(bytes, type, at);
  }
}

function skip2025(bytes: Uint8Array, type: number, at: number): number {
  if (type < FIXED_2025.length && FIXED_2025[type] > 0) return at + FIXED_2025[type];
  switch (type) {
    case 0x02:
      return at + 1 + 10 * count8(bytes, at);
    case 0x07: {
      let next = at + 1;
      for (let pack = count8(bytes, at); pack > 0; pack--) next += 7 + 2 * count16(bytes, next + 5);
      return next;
    }
    case 0x08:
      return skipProbes(bytes, at);
    default:
      return skipUserDefined(bytes, type, at);
  }
}

function skipProbes(bytes: Uint8Array, at: number): number {
  let next = at + 1;
  for (let pack = count8(bytes, at); pack > 0; pack--) next += 3 + count16(bytes, next + 1);
  return next;
}

function skipUserDefined(bytes: Uint8Array, type: number, at: number): number {
  return type >= 0x80 && type <= 0xfe ? at + 2 + ((bytes[at] << 8) | bytes[at + 1]) : 0;
}

/** Whether the realtime report of edition 2016 in bytes [from, to) carries the extremes body; true where nobody can tell. */
export function hasExtremes(bytes: Uint8Array, from: number, to: number): boolean {
  if (to === from || bytes[from + ENCRYPTION] !== PLAIN) return true;
  const end = to - 1;
  let at = from + UNIT + TIME_BYTES;
  while (at < end) {
    const type = bytes[at++];
    if (type === EXTREMES_2016) return true;
    // Vehicle, motors and position come first as a rule.
    if (type === VEHICLE) at += FIXED_2016[VEHICLE];
    else if (type === MOTORS) at += 1 + 12 * count8(bytes, at);
    else {
      at = skip2016(bytes, type, at);
      if (at === 0) return false;
    }
  }
  return false;
}

/** Highest level in the general-alarm list of a 2025 report; -1 when it has no such list. */
export function highestListedLevel(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || bytes[from + ENCRYPTION] !== PLAIN) return -1;
  const end = to - 1;
  let at = from + UNIT + TIME_BYTES;
  while (at < end) {
    const type = bytes[at++];
    if (type === ALARM_2025) {
      let next = at + 5;
      for (let list = 0; list < 4; list++) next += 1 + 4 * count8(bytes, next);
      const listed = count8(bytes, next);
      let highest = -1;
      for (let i = 0; i < listed; i++) highest = Math.max(highest, bytes[next + 2 + 2 * i]);
      return highest;
    }
    const next = skip2025(bytes, type, at);
    if (next === 0) return -1;
    at = next;
  }
  return -1;
}

/** Serial number of a login or logout; -1 when the frame is too short or its bytes are not kept. */
export function serialOf(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || bytes[from + ENCRYPTION] !== PLAIN) return -1;
  const at = from + UNIT + TIME_BYTES;
  return to - 1 >= at + 2 ? (bytes[at] << 8) | bytes[at + 1] : -1;
}

const USER_BYTES = 12;

/** User name of a platform login (STRING: GB 18030, padded); undefined when the frame is too short or its bytes are not kept. */
export function platformUserOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  const at = from + UNIT + TIME_BYTES + 2;
  if (to - 1 < at + USER_BYTES) return undefined;
  let end = at + USER_BYTES;
  while (end > at && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--;
  return new TextDecoder("gb18030").decode(bytes.subarray(at, end));
}
