/** Whether a platform may log in: credentials, a few checks at a time, a lock after wrong ones, a limit in time. */
import { ResponseFlag } from "@sandglass/gbt32960";
import { LoginGuard } from "./login-guard.ts";
import { DEFAULT_LOGIN_RULES, type GatewayOptions, type PlatformIdentity } from "./options.ts";
import { platformCredentials } from "./platform-login.ts";
import { Turns } from "./turns.ts";

/** Credential checks at a time, and logins that may wait for one. */
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING = 1000;

export type LoginOutcome =
  | { readonly kind: "accepted"; readonly identity: PlatformIdentity }
  | { readonly kind: "refused"; readonly flag: number; readonly code: string };

export class PlatformLogins {
  readonly #authenticate: GatewayOptions["authenticatePlatform"];
  readonly #guard: LoginGuard;
  readonly #checkMs: number;
  readonly #checks = new Turns(CHECKS_AT_ONCE, CHECKS_WAITING);

  constructor(options: GatewayOptions) {
    const { attempts, lockoutMs, checkMs } = { ...DEFAULT_LOGIN_RULES, ...options.logins };
    this.#authenticate = options.authenticatePlatform;
    this.#guard = new LoginGuard({ attempts, lockoutMs, clock: options.clock ?? Date.now });
    this.#checkMs = checkMs;
  }

  /**
   * Checks the platform login in `frame`.
   * @throws what the check throws, and when it takes too long: the platform is to try again
   */
  async check(frame: Uint8Array, address: string): Promise<LoginOutcome> {
    const credentials = platformCredentials(frame);
    if (credentials === undefined) {
      const flag = frame[0] === 0x23 ? ResponseFlag.error : ResponseFlag.structureError;
      return { kind: "refused", flag, code: "SG_LINK_MALFORMED" };
    }
    const { user, password } = credentials;
    if (this.#guard.isLocked(address, user)) return refused("SG_LINK_LOCKED");
    const check = () =>
      // Others may have failed while this one waited.
      this.#guard.isLocked(address, user) ? Promise.resolve(undefined) : this.#authenticate(user, password, address);
    const identity = await this.#inTime(this.#checks.run(check));
    if (identity === undefined) {
      this.#guard.failed(address, user);
      return refused("SG_LINK_CREDENTIALS");
    }
    // Nobody guesses here, and when it is let in again no lock is to stand in its way.
    this.#guard.succeeded(address, user);
    if ("refused" in identity) return refused(identity.refused);
    return { kind: "accepted", identity };
  }

  async #inTime<T>(task: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("the check of the credentials takes too long")), this.#checkMs);
    });
    try {
      return await Promise.race([task, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function refused(code: string): LoginOutcome {
  return { kind: "refused", flag: ResponseFlag.error, code };
}
