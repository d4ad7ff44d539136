/** Password hashing: Argon2id, the parameters in the string, so that they can be raised later. */
import { argon2, createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** OWASP's minimum for Argon2id: 19 MiB, two passes, one lane. */
const ARGON2 = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const;

/** Hashing holds 19 MiB each; more at once than cores only costs memory. */
const AT_ONCE = 2;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  if (typeof argon2 === "function") {
    const hash = await argon2id(password, salt);
    return `$argon2id$v=19$m=${ARGON2.memory},t=${ARGON2.passes},p=${ARGON2.parallelism}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
  }
  return `$scrypt$${salt.toString("base64url")}$${(await scryptOf(password, salt)).toString("base64url")}`;
}

/** Compares in constant time. An unknown form of hash never matches. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parts = stored.split("$");
  const salt = Buffer.from(parts.at(-2) ?? "", "base64url");
  const expected = Buffer.from(parts.at(-1) ?? "", "base64url");
  let actual: Buffer;
  if (parts[1] === "argon2id") {
    const found = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(parts[3] ?? "");
    if (found === null) return false;
    actual = await argon2id(password, salt, {
      memory: Number(found[1]),
      passes: Number(found[2]),
      parallelism: Number(found[3]),
      tagLength: expected.length,
    });
  } else if (parts[1] === "scrypt") {
    actual = await scryptOf(password, salt);
  } else {
    return false;
  }
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

let decoy: Promise<string> | undefined;

/** Takes the time of a verification and fails: an unknown name costs as long as a wrong password. */
export async function verifyNothing(password: string): Promise<false> {
  decoy ??= hashPassword(randomBytes(16).toString("hex"));
  await verifyPassword(password, await decoy);
  return false;
}

/** Digest under which secrets with full entropy (sessions, tokens) are stored and looked up. */
export function digestSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly tagLength: number;
}

function argon2id(password: string, salt: Buffer, cost: Cost = ARGON2): Promise<Buffer> {
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        argon2("argon2id", { message: Buffer.from(password.normalize("NFKC")), nonce: salt, ...cost }, (error, hash) =>
          error === null ? resolve(hash) : reject(error),
        );
      }),
  );
}

function scryptOf(password: string, salt: Buffer): Promise<Buffer> {
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize("NFKC"), salt, 32, SCRYPT, (error, hash) =>
          error === null ? resolve(hash) : reject(error),
        );
      }),
  );
}
