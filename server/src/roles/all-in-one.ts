/**
 * Everything in one process, plus its children (history, PostgreSQL, in the demonstration the simulator). Composition
 * only: what each part does is in its own folder. Parts start from the bottom of the house upwards, the listeners last,
 * and stop in the opposite order.
 */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { createAccess, ensureFirstAdministrators, SYSTEM_ACCESS, type Access, parseProviders } from "../access/mod.ts";
import { createApi, EventHub, FleetMonitor, isLoopback, isVisible, OperatorAlarms } from "../api/mod.ts";
import type { Config } from "../config.ts";
import { commandRoutes } from "../downlink/mod.ts";
import { appendLeaf, ledgerRoutes } from "../ledger/mod.ts";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { RegionRegistry, regionRoutes } from "../regions/mod.ts";
import { PublishedRules, publishedRuleRoutes, rulebookRoutes } from "../rulebook/mod.ts";
import {
  containmentRoutes,
  findingRoutes,
  screeningRoutes,
  packRoutes,
  PackStore,
  triggerStatusRoutes,
} from "../supervision/mod.ts";
import { Backups, backupRoutes } from "../upkeep/mod.ts";
import { openCases } from "./case-wiring.ts";
import { startDemo, type RunningDemo } from "./demo.ts";
import { dialectOptions } from "./dialect-options.ts";
import { Closing } from "./closing.ts";
import { addressOf, refuseAddress } from "./address.ts";
import { openFiles } from "./files.ts";
import { handOverEvents } from "./event-hand-over.ts";
import { openEventJournal, wireEvents } from "./event-intake.ts";
import { createFigures, primeFleet } from "./figures.ts";
import { LoggedInPlatforms, openDownlink, openGateway } from "./gateway-wiring.ts";
import { healthOf } from "./health.ts";
import { linksOf } from "./links.ts";
import { ledgerKeyOptions } from "./ledger-options.ts";
import { openNotifications } from "./notifications.ts";
import { openSecrets, withSecrets } from "./secrets.ts";
import { openLog } from "./log.ts";
import { watchBacklog, watchJournal } from "./operator-alarms.ts";
import { RegisteredVehicles } from "./registered-vehicles.ts";
import { readPacks, selectPacks } from "./rule-packs.ts";
import { readContainment } from "./project-sets.ts";
import { assignPublished, openRulebook } from "./rulebook-wiring.ts";
import { handOverSegments } from "./segment-hand-over.ts";
import { startText } from "./start-text.ts";
import { openStores } from "./stores.ts";
import { startScreenings } from "./screenings.ts";
import { openEventSupervision, openSupervision } from "./supervision-wiring.ts";
import { createTelemetryReader } from "./telemetry-reader.ts";
import { createTriggerLibrary } from "./trigger-library.ts";
import { Conformance, conformanceRoutes } from "../conformance/mod.ts";
import { monitoringRoutes } from "../monitoring/mod.ts";
import { CONSOLE_FOLDER } from "./console-folder.ts";
import { createActivityReader, createDistanceReader, createFrameCounter } from "./vehicle-activity.ts";
import { readWorkCalendar } from "./work-calendar.ts";

export interface Ready {
  readonly ready: true;
  readonly console: string;
  readonly gateway: string;
  /** Where gatewayTlsCert is set. */
  readonly gatewayTls?: string;
  readonly token: string;
}

export interface RunningServer {
  readonly ready: Ready;
  close(): Promise<void>;
  /** Tells in the log what `close` has not come to the end of. */
  tellUnfinished(): void;
}

const TOKEN_MS = 30 * 86_400_000;

export async function startAllInOne(
  config: Config,
  { progress }: { readonly progress: (line: string) => void },
): Promise<RunningServer> {
  const now = () => Date.now();
  const closing = new Closing({ warn: (_fields, text) => progress(text) });
  try {
    const ready = await compose(config, now, progress, closing);
    return { ready, close: () => closing.closeAll(), tellUnfinished: () => closing.tellUnfinished() };
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
}

async function compose(
  given: Config,
  now: () => number,
  progress: (line: string) => void,
  closing: Closing,
): Promise<Ready> {
  const { opened } = closing;
  mkdirSync(given.data, { recursive: true });
  const keys = ledgerKeyOptions(given);
  if (keys.signer) opened("signer of the ledger", keys.signer, (part) => part.close());
  const secrets = await openSecrets(given, keys);
  const config = withSecrets(given, secrets);
  const loopback = isLoopback(config.host);
  const log = openLog(config.data, config.logLevel, progress);
  closing.logTo(log);
  const packs = readPacks();
  const everywhere = selectPacks(packs, config.packs).map(({ set }) => set);
  const alarms = new OperatorAlarms(now);

  progress("Starting PostgreSQL and the history store …");
  const { records, history, ledger, witnessing, timestamping, journal } = await openStores({
    config,
    keys,
    alarms,
    now,
    log,
    opened,
  });
  watchJournal(journal, alarms);
  const eventJournal = opened("journal of events", await openEventJournal(config), (part) => part.close());

  const regions = await RegionRegistry.open({ records, now });
  const packStore = await PackStore.open({
    records,
    shipped: new Map([...packs].map(([id, { files }]) => [id, files])),
    now,
    regions: {
      today: () => regions.visibleTo(SYSTEM_SETUP),
      pinnedTo: (setHash) => regions.pinnedTo(setHash),
      pin: (tx, set) => regions.pin(tx, set),
      pinned: () => regions.pinned(),
    },
  });
  const knownPacks = {
    find: (id: string) => packStore.find(id) ?? packs.get(id),
    ids: () => [...new Set([...packs.keys(), ...packStore.known().map(({ id }) => id)])],
  };
  const publishedRules = new PublishedRules({ records, pinned: (setHash) => regions.pinnedTo(setHash) ?? [], now });
  const wiring = await openCases({
    records,
    packs: knownPacks,
    publishedRules,
    regions,
    everywhere,
    now,
    vehicleKeyOf: (vin) => access.keyOf(vin),
    log,
    calendar: readWorkCalendar(config.workCalendar),
  });
  await assignPublished(records, wiring, regions, now());
  wiring.setInstalled(packStore.installedSets());
  packStore.onChange(() => {
    wiring.setInstalled(packStore.installedSets());
    wiring.refresh();
  });
  const notifications = openNotifications(config, secrets, records, now, log);
  const access: Access = createAccess({
    records,
    secrets,
    now,
    allowDemo: loopback,
    appendLeaf: (tx, leaf) =>
      appendLeaf(tx, { ...leaf, content: leaf.content as Parameters<typeof appendLeaf>[1]["content"] }),
    caseVehicles: wiring.vehiclesOfCases,
    providers: config.singleSignOn === "" ? [] : parseProviders(config.singleSignOn),
  });
  const fleet = new FleetMonitor(now);
  await primeFleet(fleet, history, journal, await access.scopes.ofFigures(SYSTEM_ACCESS));
  journal.subscribe(({ columns }) => fleet.note(columns));

  const supervision = opened(
    "supervision",
    await openSupervision({ config, records, journal, history, access, assignments: wiring.assignments, log, now }),
    (part) => part.close(),
  );
  const conformance = opened("data quality", await Conformance.start({ records, journal, log }), (part) =>
    part.close(),
  );
  const saltKey = secrets.load("segment-salt.key");
  const segments = opened(
    "segments for the history",
    handOverSegments({
      journal,
      history,
      records,
      saltKey,
      oldestNeeded: async () => Math.min(await supervision.oldestNeededSegment(), conformance.oldestNeededSegment()),
      letGo: async (bytes) => void (await Promise.all([supervision.letGo(bytes), conformance.writeOnce()])),
      warn: (fields, text) => log.warn(fields, text),
    }),
    (part) => part.close(),
  );
  opened(
    "watch of the backlog",
    watchBacklog(() => segments.backlog(), alarms),
    async (stop) => stop(),
  );

  const eventSupervision = opened(
    "supervision of events",
    await openEventSupervision({
      config,
      records,
      journal: eventJournal,
      history,
      access,
      assignments: wiring.eventAssignments,
      log,
      now,
    }),
    (part) => part.close(),
  );
  const events = wireEvents(eventJournal, { config, records, access, history, now });
  const eventSegments = opened(
    "segments of events for the history",
    handOverEvents({
      journal: eventJournal,
      history,
      records,
      saltKey,
      oldestNeeded: () => eventSupervision.oldestNeededSegment(),
      warn: (fields, text) => log.warn(fields, text),
    }),
    (part) => part.close(),
  );

  const hub = new EventHub(String(now()), isVisible);
  opened("cases", wiring.start({ hub, supervision, events: eventSupervision }), (stop) => stop());
  notifications.start();
  opened("notifications", notifications, (part) => part.stop());
  opened(
    "screenings",
    await startScreenings({
      config,
      records,
      history,
      access,
      assignments: [wiring.assignments, wiring.eventAssignments],
      hub,
      now,
      log,
    }),
    (part) => part.close(),
  );
  const rulebook = opened(
    "rulebook",
    openRulebook({
      records,
      history,
      access,
      hub,
      wiring,
      regions,
      dataDir: config.data,
      now,
      warn: (fields, text) => log.warn(fields, text),
    }),
    (part) => part.close(),
  );
  wiring.setRulebook(rulebook);
  wiring.setActivity({
    read: createActivityReader(history, access),
    count: createFrameCounter(history, access),
    distance: createDistanceReader(history, access),
    storedThrough: () => now() - segments.backlog().waitedMs,
  });
  const files = opened(
    "files",
    await openFiles({
      config,
      secrets,
      records,
      cases: wiring.cases,
      packs: knownPacks,
      publishedRules,
      now,
      warn: (fields, text) => log.warn(fields, text),
    }),
    (part) => part.close(),
  );
  alarms.onChange((code) => hub.publish({ topic: "alarm", data: { id: code } }));
  ledger.onCheckpoint((checkpoint) => hub.publish({ topic: "ledger", data: { id: String(checkpoint.size) } }));

  const registered = opened(
    "registry",
    new RegisteredVehicles({ registry: access.registry, now, warn: (details, text) => log.warn(details, text) }),
    (part) => part.close(),
  );
  const platforms = new LoggedInPlatforms();
  const gateway = opened(
    "gateway",
    await openGateway({ config, access, journal, conformance, registered, platforms, now, log }),
    (part) => part.close(),
  );
  const downlink = opened(
    "commands to vehicles",
    await openDownlink({ config, records, gateway, hub, now, log }),
    (part) => part.close(),
  );

  const backups = opened(
    "backups",
    await Backups.open({
      data: resolve(config.data),
      folder: config.backupFolder || `${resolve(config.data)}-backups`,
      baseBackup: records.baseBackup,
      history,
      ledger,
      handOvers: [segments, eventSegments],
      now,
      log,
    }),
    (part) => part.close(),
  );
  const api = await createApi({
    records,
    access,
    telemetry: createTelemetryReader(history),
    fleet,
    hub,
    alarms,
    figures: createFigures({ records, supervision, wiring }),
    triggers: createTriggerLibrary({
      packs,
      known: () => packStore.known(),
      regions: (actor) => regions.visibleTo(actor ?? SYSTEM_SETUP),
    }),
    intake: () => {
      const status = journal.status();
      return {
        paused: status.paused,
        waitingMs: segments.backlog().waitedMs,
        ...(status.code === undefined ? {} : { code: status.code }),
      };
    },
    links: () => linksOf(gateway, platforms.organisations),
    turnedAway: () => gateway.turnedAway(),
    health: () => healthOf({ records, history, journal, ledger, supervision }),
    rootPlugins: [...events.rootRoutes, wiring.publicPages],
    plugins: [
      ...events.routes,
      packRoutes({ packs: packStore }),
      regionRoutes({ regions }),
      containmentRoutes({ containment: (actor, project) => readContainment(records, actor, project, regions) }),
      wiring.routes,
      notifications.routes,
      conformanceRoutes({ records, now, freshen: () => conformance.freshen() }),
      monitoringRoutes({ records, now }),
      findingRoutes({ records, now }),
      triggerStatusRoutes({
        records,
        statusOf: (key) => [...supervision.triggerStatus(key), ...eventSupervision.triggerStatus(key)],
      }),
      screeningRoutes({ records }),
      ledgerRoutes({ records, ledger, witnessing, timestamping }),
      backupRoutes({ records, backups }),
      commandRoutes({ downlink, access }),
      rulebookRoutes(rulebook),
      publishedRuleRoutes(publishedRules),
      ...files.routes,
    ],
    now,
    dialect: dialectOptions(config),
    host: config.host,
    ...(config.publicUrl === "" ? {} : { publicUrl: config.publicUrl }),
    consoleFolder: CONSOLE_FOLDER,
    log,
  });
  opened("API", api, (part) => part.close());
  await api
    .listen({ host: config.host, port: config.port })
    .catch((error: unknown) => refuseAddress(error, `${config.host}:${config.port}`, "--port"));
  const address = api.server.address();
  const port = typeof address === "object" && address !== null ? address.port : config.port;
  const console = addressOf(config.host, port);

  await access.tokens.revokePrinted();
  const token = loopback
    ? (
        await access.tokens.create(SYSTEM_ACCESS, {
          name: "printed at start",
          role: "SUPERVISOR_ALL",
          organisation: "",
          printed: true,
          ttlMs: TOKEN_MS,
        })
      ).token
    : "";

  for (const file of await ensureFirstAdministrators(records, access.directory, config.data))
    log.info({ file }, "an administrator's account was made; its password is in the file");
  let demo: RunningDemo | undefined;
  if (!config.empty && loopback) {
    progress("Preparing the demonstration: 200 vehicles of three makers, one AI service, two sandbox projects …");
    demo = opened(
      "demonstration",
      await startDemo({
        config,
        secrets,
        records,
        access,
        wiring,
        regions,
        gatewayPort: gateway.port,
        api: console,
        now,
        log,
      }),
      (part) => part.close(),
    );
  }
  progress(startText(console, `${config.gatewayHost}:${gateway.port}`, demo));
  return {
    ready: true,
    console,
    gateway: `${config.gatewayHost}:${gateway.port}`,
    ...(gateway.tlsPort === undefined ? {} : { gatewayTls: `${config.gatewayHost}:${gateway.tlsPort}` }),
    token,
  } as const;
}
