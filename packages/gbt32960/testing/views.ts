/** Messages in the names of the vectors' reference decode, and as the columns they must fill. */
import type { Edition } from "../src/frame.ts";
import { BODIES } from "../src/layout/bodies.ts";
import type { CodeElement, Element, QuantityElement } from "../src/layout/element.ts";
import { isGroup } from "../src/interpret/decode.ts";
import type { Message } from "../src/message.ts";

export type View = Record<string, unknown>;

/** Our name → name in the reference decode, by kind of item. */
const NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  vehicle: {
    vehicleState: "status",
    chargingState: "charge",
    runningMode: "mode",
    totalVoltage: "voltage",
    totalCurrent: "current",
    stateOfCharge: "soc",
    dcDcState: "dcdc",
    insulationResistance: "insulation",
    acceleratorTravel: "accel",
    brakePedal: "brake",
  },
  motors: {
    motorCount: "count",
    number: "no",
    state: "status",
    controllerTemperature: "ctrlTemp",
    temperature: "temp",
    controllerInputVoltage: "voltage",
    controllerDcBusCurrent: "current",
  },
  fuelCell: hydrogen({ fuelConsumption: "consumption", probeTemperatures: "probes" }),
  fuelCellEngine: hydrogen({ remainingHydrogen: "h2Remaining", highVoltageDcDcTemperature: "dcdcTemp" }),
  engine: { state: "status", crankshaftSpeed: "crankSpeed" },
  location: { longitude: "lon", latitude: "lat", coordinateSystem: "coord" },
  extremes: {
    maxVoltagePack: "maxVSub",
    maxVoltageCell: "maxVCell",
    maxCellVoltage: "maxV",
    minVoltagePack: "minVSub",
    minVoltageCell: "minVCell",
    minCellVoltage: "minV",
    maxTemperaturePack: "maxTSub",
    maxTemperatureProbe: "maxTProbe",
    maxTemperature: "maxT",
    minTemperaturePack: "minTSub",
    minTemperatureProbe: "minTProbe",
    minTemperature: "minT",
  },
  alarm: {
    storageFaultCount: "essN",
    storageFaults: "ess",
    motorFaultCount: "motorN",
    motorFaults: "motor",
    engineFaultCount: "engineN",
    engineFaults: "engine",
    otherFaultCount: "otherN",
    otherFaults: "other",
    generalAlarmCount: "generalN",
    generalAlarms: "general",
  },
  cellVoltages: {
    packCount: "count",
    packs: "packs",
    number: "no",
    cellTotal: "total",
    firstCell: "start",
    cellCount: "n",
    cellVoltages: "cells",
  },
  temperatures: { packCount: "count", number: "no", probeCount: "n", temperatures: "temps" },
  fuelCellStacks: {
    stackCount: "count",
    number: "no",
    hydrogenInletPressure: "h2Inlet",
    airInletPressure: "airInlet",
    airInletTemperature: "airTemp",
    coolantProbeCount: "n",
    coolantTemperatures: "coolantTemps",
  },
  supercapacitor: {
    number: "no",
    cellCount: "nCells",
    cellVoltages: "cells",
    probeCount: "nTemps",
    temperatures: "temps",
  },
  supercapacitorExtremes: {
    maxVoltageSystem: "maxVSys",
    maxVoltageCell: "maxVCell",
    maxCellVoltage: "maxV",
    minVoltageSystem: "minVSys",
    minVoltageCell: "minVCell",
    minCellVoltage: "minV",
    maxTemperatureSystem: "maxTSys",
    maxTemperatureProbe: "maxTProbe",
    maxTemperature: "maxT",
    minTemperatureSystem: "minTSys",
    minTemperatureProbe: "minTProbe",
    minTemperature: "minT",
  },
  signature: { algorithm: "algo" },
  vehicleLogin: {
    sequence: "seq",
    subsystemCount: "subCount",
    codeLength: "codeLen",
    packCounts: "packsPerBms",
  },
  vehicleLogout: { sequence: "seq" },
  platformLogin: { sequence: "seq", password: "pass", encryptionRule: "encRule" },
  platformLogout: { sequence: "seq" },
  activation: { publicKey: "pubKey", activatedVin: "vin" },
  keyExchange: { validFrom: "from", validTo: "to" },
  parameterQuery: { parameterCount: "total" },
  terminalControl: { parameters: "param" },
};

function hydrogen(others: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    maxHydrogenTemperature: "h2MaxTemp",
    maxHydrogenTemperatureProbe: "h2MaxTempProbe",
    maxHydrogenConcentration: "h2MaxConc",
    maxHydrogenConcentrationSensor: "h2MaxConcSensor",
    maxHydrogenPressure: "h2MaxPressure",
    maxHydrogenPressureSensor: "h2MaxPressureSensor",
    highVoltageDcDcState: "hvDcdc",
    ...others,
  };
}

/** Alarm names that differ from ours in the vectors. */
const ALARMS: Readonly<Record<string, string>> = {
  temperatureDifference: "tempDiff",
  batteryHighTemperature: "batteryHighTemp",
  stateOfChargeJump: "socJump",
  storageThermalEvent: "thermalEvent",
};

function rename(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [names[key] ?? key, rename(item, names)]));
}

function itemView(item: View): View {
  const { kind, ...fields } = item;
  const view = rename(fields, NAMES[kind as string] ?? {}) as View;
  if (kind === "vehicle") {
    const { raw, position, drivingForce, brakingForce, valid } = item.gear as Record<string, unknown>;
    view.gear = {
      raw,
      driving: drivingForce,
      braking: brakingForce,
      gear: position,
      ...(valid === undefined ? {} : { invalid: !valid }),
    };
  }
  if (kind === "location") {
    const { raw, ...bits } = item.status as View;
    Object.assign(view, { status: raw, ...bits });
  }
  if (kind === "alarm") {
    const { raw, active } = item.flags as { raw: string; active: readonly string[] };
    view.flags = raw;
    view.active = active.map((name) => ALARMS[name] ?? name);
    if (Array.isArray(view.general))
      view.general = view.general.map((entry: { bit: number; level: number }) => [entry.bit, entry.level]);
  }
  if (kind === "cellVoltages" && (item.packs as readonly View[]).some((pack) => "firstCell" in pack)) {
    view.subs = view.packs;
    delete view.packs;
  }
  if (kind === "oem") view.len = (item.data as string).length / 2;
  return view;
}

/** A message in the shape of `ref`. */
export function messageView(message: Message): View {
  const { kind, edition, command, response, vin, encryption, ...fields } = message as unknown as View & {
    kind: string;
  };
  const header = { edition, cmd: command, resp: response, vin, enc: encryption };
  const payload = rename(fields, NAMES[kind] ?? {}) as View;
  if (Array.isArray(fields.items)) payload.items = (fields.items as View[]).map(itemView);
  if (kind === "activation") {
    payload.sig = { algo: payload.algorithm, r: payload.r, s: payload.s };
    for (const name of ["algorithm", "r", "s"]) delete payload[name];
  }
  if (Array.isArray(fields.parameters)) {
    payload.params = (fields.parameters as { id: number; value: unknown }[]).map(({ id, value }) => [id, value]);
    payload.total = fields.parameterCount;
    delete payload.parameters;
    delete payload.parameterCount;
  }
  if (kind === "terminalControl") {
    if (payload.param === "") delete payload.param;
    if (payload.control === 6) {
      const bytes = Buffer.from(payload.param as string, "hex");
      Object.assign(payload, { level: bytes[0], message: bytes.toString("latin1", 1) });
      delete payload.param;
    }
  }
  return { ...header, payload };
}

/** Sentinel or range reason, or ticks, of a typed value. */
function cell(element: QuantityElement | CodeElement, value: unknown): unknown {
  const ones = 256 ** element.size - 1;
  if (typeof value !== "number") return value;
  const raw = Math.round(value * element.perUnit) - element.bias;
  if (element.sentinels && raw >= ones - 1) return raw === ones ? "invalid" : "abnormal";
  return raw < element.min || raw > element.max ? "out_of_range" : raw + element.bias;
}

/** Why a count is no number; undefined if it is one. */
function countSentinel(elements: readonly Element[], name: string, value: unknown): unknown {
  const count = elements.find((element) => "name" in element && element.name === name);
  if (count?.kind !== "code" || typeof value !== "number" || value < 256 ** count.size - 2) return undefined;
  return cell(count, value);
}

/** The columns that a report must fill, from its typed form: [ticks or reason name] by wire-field name. */
export function bodyView(message: Extract<Message, { kind: "realtimeReport" | "reissuedReport" }>): View {
  const out: View = {};
  for (const item of message.items as readonly View[]) {
    const layout = BODIES[message.edition].find((body) => body.kind === item.kind);
    if (layout === undefined) continue;
    const { "alarm.level": level, "alarm.flags": flags, "alarm.faultCount": count } = out;
    if (item.kind === "alarm") {
      const lists = ["storageFault", "motorFault", "engineFault", "otherFault"];
      const sum = lists.reduce((before, name) => before + (item[`${name}s`] as unknown[]).length, 0);
      const sentinels = lists.map((name) => countSentinel(layout.elements, `${name}Count`, item[`${name}Count`]));
      const none = sum === 0 ? sentinels.findLast((reason) => reason !== undefined) : undefined;
      out["alarm.faultCount"] =
        typeof count === "number" ? Math.max(none === undefined ? sum : 0, count) : (none ?? sum);
    }
    put(out, layout.elements, item, message.edition, false);
    if (item.kind === "alarm") {
      const now = out["alarm.level"];
      if (typeof level === "number" && (typeof now !== "number" || level > now)) out["alarm.level"] = level;
      out["alarm.flags"] = Number(BigInt(out["alarm.flags"] as number) | BigInt((flags as number | undefined) ?? 0));
    }
  }
  return out;
}

function push(out: View, name: string, value: unknown): void {
  ((out[name] ??= []) as unknown[]).push(value);
}

function put(out: View, elements: readonly Element[], item: View, edition: Edition, inList: boolean): void {
  for (const element of elements) {
    const value = item[element.name];
    if (element.kind === "list") {
      const { length } = value as unknown[];
      const shown = countSentinel(elements, element.count, item[element.count]) ?? length;
      if (element.lengthColumn !== undefined && inList) push(out, element.lengthColumn, shown);
      else if (element.lengthColumn !== undefined) out[element.lengthColumn] = shown;
      for (const entry of value as readonly unknown[]) {
        if (isGroup(element.of)) put(out, element.of, entry as View, edition, true);
        else if ("column" in element.of && element.of.column !== undefined)
          push(out, element.of.column, cell(element.of as QuantityElement, entry));
        for (const { column, value: constant } of element.constants ?? []) push(out, column, constant);
      }
    } else if (
      (element.kind === "quantity" || element.kind === "code" || element.kind === "view") &&
      element.column !== undefined
    ) {
      const shown =
        element.kind === "view" ? viewCell(element.view, value as View, edition) : located(element, value, item);
      if (shown === undefined) {
        if (!inList) delete out[element.column];
      } else if (inList) push(out, element.column, shown);
      else out[element.column] = shown;
    }
  }
}

function viewCell(view: "gear" | "fix" | "flags", value: View, edition: Edition): unknown {
  if (view === "fix") return value.valid === true ? 1 : 0;
  if (view === "gear")
    return value.valid === false || (value.raw as number) >= 0xfe ? undefined : (value.raw as number) % 16;
  return Number(BigInt(`0x${value.raw as string}`) & (edition === 2016 ? 0x7ffffn : 0xfffffffn));
}

/** Longitude and latitude get the sign of the position status. */
function located(element: QuantityElement | CodeElement, value: unknown, item: View): unknown {
  const ticks = cell(element, value);
  const { west, south } = (item.status ?? {}) as { west?: boolean; south?: boolean };
  const negative = (element.as === "longitude" && west === true) || (element.as === "latitude" && south === true);
  return negative && typeof ticks === "number" ? -ticks : ticks;
}
