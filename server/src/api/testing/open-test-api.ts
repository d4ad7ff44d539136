/** The API over real records and access, for app.inject: `const t = await openTestApi()`. */
import type { FastifyInstance, FastifyPluginAsync, LightMyRequestResponse } from "fastify";
import { pino } from "pino";
import { openTestAccess, type TestAccess } from "../../access/testing.ts";
import type { Provider } from "../../access/mod.ts";
import { SYSTEM_SETUP } from "../../records/mod.ts";
import { createApi } from "../app.ts";
import type { ApiDependencies, IntakeStatus, LinkInfo, TelemetryReader, TurnedAway } from "../dependencies.ts";
import { EventHub } from "../live/event-hub.ts";
import { FleetMonitor } from "../live/fleet-monitor.ts";
import { OperatorAlarms } from "../live/operator-alarms.ts";
import { isVisible } from "../live/visibility.ts";

export interface TestApi {
  readonly base: TestAccess;
  readonly app: FastifyInstance;
  readonly hub: EventHub;
  readonly fleet: FleetMonitor;
  readonly alarms: OperatorAlarms;
  /** Lines of the request log. */
  readonly logLines: string[];
  readonly links: LinkInfo[];
  readonly turnedAway: TurnedAway[];
  /** What the API is told about intake; change it as the test needs. */
  readonly intake: { status: IntakeStatus };
  /** A new token of a role. */
  tokenOf(role: string, organisation: string, region?: string): Promise<string>;
  get(url: string, token?: string): Promise<LightMyRequestResponse>;
  post(url: string, body: unknown, token?: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly telemetry?: (access: TestAccess) => TelemetryReader;
  readonly plugins?: readonly FastifyPluginAsync[] | ((base: TestAccess) => readonly FastifyPluginAsync[]);
  readonly consoleFolder?: string;
  readonly host?: string;
  /** Of single sign-on. */
  readonly providers?: readonly Provider[];
}

const absent = (): Promise<never> => Promise.reject(new Error("this test opened no history"));
const NO_TELEMETRY: TelemetryReader = {
  samples: absent,
  series: absent,
  frames: absent,
  frame: absent,
  counts: absent,
  quarantine: absent,
};

export const ORGANISATIONS = ["oem-a", "oem-b", "samr", "local", "ops"] as const;

export async function openTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const base = await openTestAccess(options.providers === undefined ? {} : { providers: options.providers });
  for (const id of ORGANISATIONS)
    await base.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  const now = (): number => base.clock.now;
  const hub = new EventHub("test", isVisible);
  const fleet = new FleetMonitor(now);
  const alarms = new OperatorAlarms(now);
  const links: LinkInfo[] = [];
  const turnedAway: TurnedAway[] = [];
  const logLines: string[] = [];
  const intake: { status: IntakeStatus } = { status: { paused: false } };
  const dependencies: ApiDependencies = {
    records: base.records,
    access: base.access,
    telemetry: options.telemetry?.(base) ?? NO_TELEMETRY,
    fleet,
    hub,
    alarms,
    figures: {
      openFindings: async () => ({}),
      onsets: async () => [],
      cases: async () => ({ open: 0, overdue: 0 }),
      projectsByState: async () => ({}),
      lateFrames: async () => 0,
    },
    triggers: { list: () => [], check: () => ({ ok: true, triggers: [], hash: "", warnings: [] }) },
    intake: () => intake.status,
    links: () => links,
    turnedAway: () => turnedAway,
    health: async () => [
      { name: "records", ok: true },
      { name: "journal", ok: !intake.status.paused, code: intake.status.code },
    ],
    plugins: typeof options.plugins === "function" ? options.plugins(base) : (options.plugins ?? []),
    now,
    host: options.host ?? "127.0.0.1",
    consoleFolder: options.consoleFolder,
    log: pino({ level: "info" }, { write: (line: string) => void logLines.push(line) }),
  };
  const app = await createApi(dependencies);
  await app.ready();
  const withToken = (token: string | undefined): Record<string, string> =>
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    base,
    app,
    hub,
    fleet,
    alarms,
    logLines,
    links,
    turnedAway,
    intake,
    tokenOf: async (role, organisation, region) =>
      (
        await base.access.tokens.create(SYSTEM_SETUP, {
          name: role,
          role,
          organisation,
          region,
          ttlMs: 86_400_000,
        })
      ).token,
    get: (url, token) => app.inject({ method: "GET", url: `/api/v1${url}`, headers: withToken(token) }),
    post: (url, body, token, headers) =>
      app.inject({
        method: "POST",
        url: `/api/v1${url}`,
        headers: { "content-type": "application/json", ...withToken(token), ...headers },
        payload: typeof body === "string" ? body : JSON.stringify(body),
      }),
    close: async () => {
      await app.close();
      await base.close();
    },
  };
}
