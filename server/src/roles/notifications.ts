/** Notifications wired to the configuration: mail server, permitted addresses, the secret from which webhook secrets are derived. */
import type { FastifyPluginAsync } from "fastify";
import { AddressList } from "../access/address-list.ts";
import type { Config } from "../config.ts";
import { Notifier, notificationRoutes, type NotifierOptions } from "../notifications/mod.ts";
import type { Records } from "../records/mod.ts";
import type { Secrets } from "../secrets/mod.ts";

export interface RunningNotifications {
  readonly routes: FastifyPluginAsync;
  start(): void;
  stop(): Promise<void>;
}

/** @throws SG_ADDRESS_LIST for a `webhookAllow` that is no list of addresses */
export function openNotifications(
  config: Pick<Config, "smtpUrl" | "smtpFrom" | "webhookAllow" | "publicUrl" | "host" | "port">,
  secrets: Secrets,
  records: Records,
  now: () => number,
  log: NonNullable<NotifierOptions["log"]>,
): RunningNotifications {
  const address = config.publicUrl === "" ? `http://${config.host}:${config.port}` : config.publicUrl;
  const console = address.replace(/\/+$/, "");
  const allowed = AddressList.parse(config.webhookAllow);
  const notifier = new Notifier({
    records,
    now,
    master: secrets.load("webhooks.secret"),
    mail: config.smtpUrl === "" ? undefined : { url: config.smtpUrl, from: config.smtpFrom, console },
    allowed,
    source: console,
    log,
  });
  return {
    routes: async (app) => {
      const canMail = config.smtpUrl !== "";
      await app.register(notificationRoutes, { records, now, keys: notifier.keys, allowed, canMail });
    },
    start: () => notifier.start(),
    stop: () => notifier.stop(),
  };
}
