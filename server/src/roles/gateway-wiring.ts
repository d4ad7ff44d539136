/** The gateway between registry, journal and data quality. */
import { platformRefusal, vehicleIdOf } from "../access/mod.ts";
import type { Access, Platform } from "../access/mod.ts";
import { extentOf, type EventHub } from "../api/mod.ts";
import type { Config } from "../config.ts";
import type { Conformance } from "../conformance/mod.ts";
import { Downlink } from "../downlink/mod.ts";
import { Gateway } from "../intake/gateway/mod.ts";
import type { Journal } from "../journal/mod.ts";
import type { Records } from "../records/mod.ts";
import { refuseAddress } from "./address.ts";
import { dialectOptions } from "./dialect-options.ts";
import { gatewayOptions, rulesOfPlatform } from "./gateway-options.ts";
import type { openLog } from "./log.ts";
import { toSeen } from "./recovered-vehicles.ts";
import type { RegisteredVehicles } from "./registered-vehicles.ts";
import { securityOptions } from "./security-options.ts";

type Log = ReturnType<typeof openLog>;

/** What is known of platforms from their log-ins, by their id. */
export class LoggedInPlatforms {
  /** For the list of links. */
  readonly organisations = new Map<string, string>();
  /** By these the journal knows them. */
  readonly users = new Map<string, string>();
}

export interface GatewayParts {
  readonly config: Config;
  readonly access: Access;
  readonly journal: Journal;
  readonly conformance: Conformance;
  readonly registered: RegisteredVehicles;
  readonly platforms: LoggedInPlatforms;
  readonly now: () => number;
  readonly log: Log;
}

/** @throws SG_ADDRESS_IN_USE */
export async function openGateway(parts: GatewayParts): Promise<Gateway> {
  const { config, access, journal, conformance, registered, platforms, now, log } = parts;
  const options = gatewayOptions(config);
  if (options.rules?.terminal?.checkRegistry === true) await registered.watch();
  const rulesOf = async (platform: Platform) => {
    const rules = { ...options.rules?.platform, ...rulesOfPlatform(platform.rules, config) };
    if (rules.checkRegistry === true) await registered.watch();
    return rules;
  };
  const gateway = await Gateway.open({
    journal,
    host: config.gatewayHost,
    port: config.gatewayPort,
    clock: now,
    authenticatePlatform: async (user, password, address) => {
      const platform = await access.platforms.findByCredentials(user, password, address);
      if (platform === undefined) return undefined;
      const refused = platformRefusal(platform, address);
      if (refused !== undefined) return { refused };
      platforms.organisations.set(platform.id, platform.organisation);
      platforms.users.set(platform.id, platform.username);
      return { id: platform.id, name: platform.name, rules: await rulesOf(platform) };
    },
    ...options,
    dialect: dialectOptions(config),
    security: await securityOptions(config, access.vehicleKeys),
    vehicleKeyOf: access.keyOf,
    isRegistered: registered.has,
    noteVehicle: (seen) => access.registry.noteSeen(seen.map(toSeen)),
    noteDamage: ({ code, platform, ...damage }) =>
      conformance.noteDamage({
        ...damage,
        platform: platform === undefined ? undefined : platforms.users.get(platform),
        kind: code === "SG_FRAME_BCC" ? "bcc" : "framing",
      }),
    log,
  }).catch((error: unknown) => refuseAddress(error, `${config.gatewayHost}:${config.gatewayPort}`, "--gateway-port"));
  access.platforms.onChanged((platform) => {
    const refusal = (address: string) => platformRefusal(platform, address);
    rulesOf(platform).then(
      (rules) => gateway.platformChanged(platform.id, rules, refusal),
      (error: unknown) =>
        log.warn({ err: error, platform: platform.id }, "a changed platform keeps its rules of before"),
    );
  });
  return gateway;
}

/** Commands to vehicles; what becomes of them goes to the live screens of those who may see the vehicle. */
export async function openDownlink(parts: {
  readonly config: Config;
  readonly records: Records;
  readonly gateway: Gateway;
  readonly hub: EventHub;
  readonly now: () => number;
  readonly log: Log;
}): Promise<Downlink> {
  const { config, records, gateway, hub, now, log } = parts;
  const downlink = await Downlink.start({
    records,
    gateway: gateway.downLink,
    now,
    log,
    dialect: dialectOptions(config),
    times: {
      tries: config.commandTries,
      retryMs: config.commandRetrySeconds * 1000,
      controlRetryMs: config.commandControlRetrySeconds * 1000,
      expiryMs: config.commandExpirySeconds * 1000,
    },
  });
  downlink.onChange(({ id, vehicle, organisation, region, state }) =>
    hub.publish({
      topic: "command",
      data: { id, vehicle: vehicleIdOf(vehicle), state },
      extent: extentOf({ organisation, region }),
    }),
  );
  return downlink;
}
