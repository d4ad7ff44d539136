/**
 * Platform logins that fail: after so many wrong ones in a row from one address with one user name the next are refused
 * unchecked for a while. GB/T 32960.3 gives the client the same pace: three tries, then 30 minutes (PROTOCOL §9). The
 * lock belongs to address and user together, so that nobody can lock a platform out from elsewhere.
 */
const REMEMBERED = 10_000;

export interface LoginGuardOptions {
  /** Wrong logins in a row; 0 = no lock. */
  readonly attempts: number;
  readonly lockoutMs: number;
  /** UTC ms. */
  readonly clock: () => number;
}

interface Failures {
  count: number;
  lockedUntil: number;
}

export class LoginGuard {
  readonly #options: LoginGuardOptions;
  /** By address and user, the one that failed last at the end. */
  readonly #failures = new Map<string, Failures>();

  constructor(options: LoginGuardOptions) {
    this.#options = options;
  }

  isLocked(address: string, user: string): boolean {
    const failures = this.#failures.get(keyOf(address, user));
    return failures !== undefined && failures.lockedUntil > this.#options.clock();
  }

  failed(address: string, user: string): void {
    const { attempts, lockoutMs, clock } = this.#options;
    if (attempts === 0) return;
    const key = keyOf(address, user);
    const failures = this.#failures.get(key) ?? { count: 0, lockedUntil: 0 };
    this.#failures.delete(key);
    this.#failures.set(key, failures);
    failures.count++;
    if (failures.count >= attempts) {
      failures.count = 0;
      failures.lockedUntil = clock() + lockoutMs;
    }
    if (this.#failures.size > REMEMBERED) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest);
        break;
      }
    }
  }

  succeeded(address: string, user: string): void {
    this.#failures.delete(keyOf(address, user));
  }
}

function keyOf(address: string, user: string): string {
  return `${address}\0${user}`;
}
