/**
 * Conformance reports of real data, through the real product: what the reports say is counted a second time, here, from
 * the recording itself and from the reference decode of the public frames.
 */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { platformLogin, WireClient } from "../simulator/src/mod.ts";
import { eventually, makeDataFolder, removeDataFolder, ROOT, RunningServer } from "./running-server.ts";

const run = promisify(execFile);
const DATA = process.env.SANDGLASS_DATA ?? join(ROOT, "../shared/data");
const CAR2 = join(DATA, "ev-field-faults/car2_processed.zip");
const VECTORS = join(DATA, "gb32960-vectors/vectors.json");
const FRAMES = join(DATA, "gb32960-frames/frames.given.json");
const missing = [CAR2, VECTORS, FRAMES].filter((file) => !existsSync(file));

interface Report {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly items: readonly { readonly id: string; readonly verdict: string; readonly broken: number }[];
  readonly broken: readonly { readonly rule: string; readonly hits: number }[];
  readonly bursts: readonly { readonly beforeSeconds: number; readonly afterSeconds: number }[];
}
type Item = Readonly<Record<string, unknown>> & { readonly type: number };
interface Vector {
  readonly hex: string;
  readonly kind: string;
  readonly bcc: string;
  readonly wellformed: boolean;
  readonly ref: {
    readonly enc: number;
    readonly resp: number;
    readonly payload?: { readonly items?: readonly Item[] };
  };
}

const hitsOf = ({ broken }: Report): Record<string, number> =>
  Object.fromEntries(broken.map(({ rule, hits }) => [rule, hits]));

function recordedRows(): Record<string, string>[] {
  const text = execFileSync("unzip", ["-p", CAR2], { maxBuffer: 1 << 28, encoding: "utf8" });
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, i) => [names[i], value])));
}

describe(
  "conformance reports of real data",
  { skip: missing.length === 0 ? false : `needs ${missing.join(", ")}`, timeout: 240_000 },
  () => {
    const data = makeDataFolder();
    let server: RunningServer;
    before(async () => {
      server = await RunningServer.start(data, ["--empty"]);
    });
    after(async () => {
      await server.stop();
      removeDataFolder(data);
    });

    /** The report once it has counted that many accepted reports. */
    async function reportOf(path: string, reports: number): Promise<Report> {
      let report: Report | undefined;
      await eventually(`${reports} reports counted`, 60_000, async () => {
        report = await server.api<Report>("GET", path);
        return report.counts.realtime + report.counts.reissued >= reports;
      });
      assert.ok(report !== undefined);
      return report;
    }

    test("the recorded vehicle: alarm bursts, what it never sends, and lists that contradict its extremes", async () => {
      await run(
        process.execPath,
        [
          join(ROOT, "cli/src/main.ts"),
          "replay",
          CAR2,
          "--vin",
          "LSGTESTCAR2000012",
          "--port",
          String(server.gateway.port),
        ],
        { maxBuffer: 1 << 24 },
      );
      const rows = recordedRows();
      const [vehicle] = await server.list<{ id: string }>("/vehicles");
      const report = await reportOf(`/vehicles/${vehicle.id}/conformance`, rows.length);
      assert.equal(report.counts.realtime + report.counts.reissued, rows.length);

      const cells = Object.keys(rows[0]).filter((name) => name.startsWith("V_"));
      const volts = (row: Record<string, string>) => cells.map((cell) => Number(row[cell]));
      const millivolts = (difference: number) => Math.round(Math.abs(difference) * 1000);
      const count = (test: (row: Record<string, string>) => boolean) => rows.filter(test).length;
      const hits = hitsOf(report);
      assert.equal(
        hits["logic.max_cell_voltage"],
        count((row) => millivolts(Math.max(...volts(row)) - Number(row.BMSCellVoltageMax)) > 10),
      );
      assert.equal(
        hits["logic.min_cell_voltage"],
        count((row) => millivolts(Math.min(...volts(row)) - Number(row.BMSCellVoltageMin)) > 10),
      );
      assert.equal(
        hits["logic.voltage_sum"],
        count((row) => Math.abs(volts(row).reduce((a, b) => a + b, 0) - Number(row.BMSBatteryVoltage)) > 5),
      );
      const level3 = count((row) => Number(row.BMSWarningInformation) >= 3);
      assert.equal(report.counts.alarmLevel3, level3);
      // The recording has neither positions nor motors, and states of DC-DC and pedals are sent as invalid.
      assert.equal(hits["missing.location"], rows.length);
      assert.equal(hits["missing.alarm_context"], level3, "a level-3 alarm without a position");
      assert.equal(hits["invalid.dcdc.state"], rows.length);
      // Four alarms, each with the second-by-second data before it, which came as re-issue.
      assert.equal(report.bursts.length, 4);
      for (const burst of report.bursts) assert.ok(burst.beforeSeconds >= 23, `${burst.beforeSeconds} s before`);
      assert.ok(
        report.bursts.some(({ afterSeconds }) => afterSeconds < 5),
        "the last one has a burst before it only",
      );
      const verdicts = Object.fromEntries(report.items.map(({ id, verdict }) => [id, verdict]));
      assert.deepEqual(
        [
          "missing.cells",
          "missing.location",
          "values.invalid",
          "values.abnormal",
          "alarm.burst",
          "transmission.bcc",
        ].map((id) => verdicts[id]),
        ["pass", "fail", "fail", "pass", "fail", "pass"],
      );
      assert.equal(report.verdict, "fail");
    });

    test("public frames over a platform link: sentinels, structure errors and repeated frames as the reference decode has them", async () => {
      const platform = await server.api<{ id: string }>("POST", "/platforms", {
        name: "Frames",
        user: "frames",
        password: "secret-frames",
      });
      const { vectors } = JSON.parse(readFileSync(VECTORS, "utf8")) as { vectors: Vector[] };
      const real = JSON.parse(readFileSync(FRAMES, "utf8")) as { hex: string }[];
      const isReport = ({ kind, bcc, ref }: Vector) =>
        (kind === "realtime" || kind === "reissue") && bcc === "ok" && ref.enc === 1 && ref.resp === 0xfe;
      const whole = vectors.filter((vector) => isReport(vector) && vector.wellformed);
      const broken = vectors.filter((vector) => isReport(vector) && !vector.wellformed);
      const bytes = (frames: readonly { hex: string }[]) => Buffer.from(frames.map(({ hex }) => hex).join(""), "hex");
      const client = await WireClient.connect(server.gateway.host, server.gateway.port);
      assert.equal((await client.request(platformLogin(2016, Date.now(), 1, "frames", "secret-frames"))).flag, 1);
      await client.send(bytes(whole));
      const path = `/platforms/${platform.id}/conformance`;
      const first = await reportOf(path, whole.length);
      assert.equal(first.counts.realtime + first.counts.reissued, whole.length);
      const bodies = (vector: Vector, type: number) =>
        (vector.ref.payload?.items ?? []).filter((item) => item.type === type);
      const sentinels = (name: string, mark: string) =>
        whole.filter((vector) => bodies(vector, 1).some((item) => item[name] === mark)).length;
      const hits = hitsOf(first);
      for (const mark of ["invalid", "abnormal"])
        for (const [name, signal] of [
          ["speed", "speed"],
          ["mileage", "mileage"],
          ["voltage", "total_voltage"],
          ["current", "total_current"],
          ["soc", "soc"],
        ])
          assert.equal(hits[`${mark}.${signal}`] ?? 0, sentinels(name, mark), `${mark} ${signal}`);
      assert.ok(hits["invalid.speed"] > 0, "there is something to count");
      // A frame that carries on the cell list of the one before it carries nothing else.
      const carriesOn = (vector: Vector) =>
        bodies(vector, 8).some(({ subs }) =>
          ((subs ?? []) as { start?: number }[]).some(
            ({ start }) => start !== undefined && start > 1 && start <= 65_531,
          ),
        );
      assert.equal(
        hits["missing.vehicle"],
        whole.filter((vector) => bodies(vector, 1).length === 0 && !carriesOn(vector)).length,
      );
      assert.equal(hits["transmission.structure"], undefined);

      // The same once more: collection times repeat, and frames whose data unit ends too early have no structure.
      await client.send(bytes(whole));
      await client.send(bytes(broken));
      await client.send(bytes(real));
      await eventually("the broken frames", 60_000, async () => {
        const report = await server.api<Report>("GET", path);
        return (hitsOf(report)["transmission.structure"] ?? 0) > 0 && report.counts.realtime > 2 * whole.length - 20;
      });
      await client.close();
      const report = await server.api<Report>("GET", path);
      const again = hitsOf(report);
      assert.ok(again["transmission.repeated_time"] + (again["transmission.out_of_order"] ?? 0) > whole.length / 2);
      assert.equal(
        report.items.find(({ id }) => id === "transmission.structure")?.broken,
        again["transmission.structure"],
      );
    });
  },
);
