/** Log-in and log-out of platforms on their links. */
import { Assurance } from "@sandglass/signals";
import { VIN_AT } from "./commands.ts";
import type { DownLink } from "./down-link.ts";
import { Hold, type Link } from "./link.ts";
import type { GatewayOptions, PlatformIdentity } from "./options.ts";
import { PlatformLogins } from "./platform-logins.ts";
import { replyRoom, writeReply } from "./replies.ts";
import type { RulesByKind } from "./rules.ts";
import { VIN_BYTES } from "./vin-table.ts";

export interface PlatformSessionHooks {
  /** The link is about to become a platform link: it is no vehicle's any more. */
  readonly onKindChange: (link: Link) => void;
  /** The login is the first of the frames that wait on the link. */
  readonly onLoggedIn: (link: Link) => void;
}

export class PlatformSessions {
  readonly #logins: PlatformLogins;
  readonly #rules: RulesByKind;
  readonly #downLink: DownLink;
  readonly #log: GatewayOptions["log"];
  readonly #hooks: PlatformSessionHooks;

  constructor(options: GatewayOptions, rules: RulesByKind, downLink: DownLink, hooks: PlatformSessionHooks) {
    this.#logins = new PlatformLogins(options);
    this.#rules = rules;
    this.#downLink = downLink;
    this.#log = options.log;
    this.#hooks = hooks;
  }

  /** Checks the credentials of a login; the link waits meanwhile. @param frame a copy */
  check(link: Link, frame: Uint8Array): void {
    link.credentialsPending = true;
    link.hold(Hold.credentials);
    const done = () => {
      link.credentialsPending = false;
      return !link.closed;
    };
    this.#logins.check(frame, link.remoteAddress).then(
      (outcome) => {
        if (!done()) return;
        if (outcome.kind === "refused") {
          this.#log?.warn({ link: link.id, remoteAddress: link.remoteAddress, code: outcome.code }, "login refused");
          this.#refuse(link, frame, outcome.flag, outcome.code);
        } else this.#logIn(link, frame, outcome.identity);
      },
      (error: unknown) => {
        if (!done()) return;
        this.#log?.warn({ link: link.id, err: error }, "platform credentials could not be checked");
        link.close("SG_LINK_AUTHENTICATION");
      },
    );
  }

  #logIn(link: Link, frame: Uint8Array, identity: PlatformIdentity): void {
    this.#hooks.onKindChange(link);
    link.kind = "platform";
    link.loggedOut = undefined;
    link.platform = identity;
    link.platformId = frame.slice(VIN_AT, VIN_AT + VIN_BYTES);
    link.vin = undefined;
    link.rules = { ...this.#rules.platform, ...identity.rules };
    if (link.assurance < Assurance.platform) link.assurance = Assurance.platform;
    link.credentialsChecked = true;
    this.#downLink.platformOpened(link);
    (link.waiting ??= []).splice(link.waitingFrom, 0, frame);
    link.hold(Hold.journal);
    link.release(Hold.credentials);
    this.#hooks.onLoggedIn(link);
  }

  /** Answers at once and closes: a refused login is not stored, so there is nothing to wait for. */
  #refuse(link: Link, frame: Uint8Array, flag: number, code: string): void {
    const { reply } = link.rules;
    const bytes = new Uint8Array(replyRoom(0, frame.length, reply));
    link.sendNow(bytes.subarray(0, writeReply(frame, 0, frame.length, flag, bytes, 0, reply, link.receiveTime)));
    link.counters.countReply(flag);
    link.close(code, "after-replies");
  }

  /** After a platform logout nothing is taken but a new login. */
  logOut(link: Link): void {
    link.loggedOut = { platform: link.platform };
    link.kind = undefined;
    link.platform = undefined;
    link.rules = this.#rules.terminal;
    this.#downLink.forget(link);
    if (link.assurance === Assurance.platform) link.assurance = Assurance.none;
  }
}
