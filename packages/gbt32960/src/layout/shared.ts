/** Rows of the tables that both editions write the same way. Titles are the standard's own terms. */
import {
  blob,
  code,
  fix,
  flags,
  gear,
  groups,
  hexWord,
  quantity,
  values,
  type Bytes,
  type Element,
} from "./element.ts";

/** A body of a realtime report: what follows the type byte. */
export interface BodyLayout<K extends string = string, E extends readonly Element[] = readonly Element[]> {
  readonly type: number;
  readonly kind: K;
  readonly title: string;
  /** Table of GB/T 32960.3 of this edition. */
  readonly clause: string;
  readonly elements: E;
}

export function body<const K extends string, const E extends readonly Element[]>(
  type: number,
  kind: K,
  title: string,
  clause: string,
  elements: E,
): BodyLayout<K, E> {
  return { type, kind, title, clause, elements };
}

const VEHICLE_STATES = { 1: "started", 2: "off", 3: "other" };
const CHARGING_STATES = { 1: "parked charging", 2: "driving charging", 3: "not charging", 4: "charging complete" };
const RUNNING_MODES = { 1: "electric", 2: "hybrid", 3: "fuel" };
const MOTOR_STATES = { 1: "consuming", 2: "generating", 3: "off", 4: "ready" };
export const SWITCH_STATES = { 1: "working", 2: "open" };

export const vehicleStates = [
  code("vehicleState", 1, 3, "车辆状态", { min: 1, values: VEHICLE_STATES, column: "vehicle.state" }),
  code("chargingState", 1, 4, "充电状态", { min: 1, values: CHARGING_STATES, column: "vehicle.chargingState" }),
  code("runningMode", 1, 3, "运行模式", { min: 1, values: RUNNING_MODES, column: "vehicle.runningMode" }),
] as const;
export const speed = (max: number) =>
  quantity("speed", 2, max, "车速", { perUnit: 10, unit: "km/h", column: "vehicle.speed" });
export const mileage = quantity("mileage", 4, 9_999_999, "累计里程", {
  perUnit: 10,
  unit: "km",
  column: "vehicle.mileage",
});
export const totalVoltage = (max: number) =>
  quantity("totalVoltage", 2, max, "总电压", { perUnit: 10, unit: "V", column: "vehicle.totalVoltage" });
export const totalCurrent = (max: number, bias: number) =>
  quantity("totalCurrent", 2, max, "总电流", { perUnit: 10, bias, unit: "A", column: "vehicle.totalCurrent" });
export const stateOfCharge = quantity("stateOfCharge", 1, 100, "SOC", { unit: "%", column: "vehicle.stateOfCharge" });
export const dcDcState = code("dcDcState", 1, 2, "DC-DC状态", {
  min: 1,
  values: SWITCH_STATES,
  column: "vehicle.dcDcState",
});
export const gearByte = gear("gear", "挡位", "vehicle.gear");
export const insulationResistance = (sentinels: boolean) =>
  quantity("insulationResistance", 2, 60_000, "绝缘电阻", {
    unit: "kΩ",
    sentinels,
    column: "vehicle.insulationResistance",
  });

/** Temperatures of one byte: 1 ℃ per bit, offset 40 ℃. */
export const temperature = <const N extends string>(name: N, title: string, column?: string, max = 250) =>
  quantity(name, 1, max, title, { bias: -40, unit: "℃", ...(column ? { column } : {}) });

export const motorState = code("state", 1, 4, "驱动电机状态", { min: 1, values: MOTOR_STATES, column: "motors.state" });
export const motorNumber = (sentinels: boolean) =>
  code("number", 1, 253, "驱动电机序号", { min: 1, sentinels, column: "motors.number" });
export const motorSpeed = (bias: number) =>
  quantity("speed", 2, 65_531, "驱动电机转速", { bias, unit: "r/min", column: "motors.speed" });
export const motorTorque = (size: Bytes, max: number, bias: number) =>
  quantity("torque", size, max, "驱动电机转矩", { perUnit: 10, bias, unit: "N·m", column: "motors.torque" });

export const fixByte = fix("status", "定位状态", "location.valid");
export const longitude = quantity("longitude", 4, 180_000_000, "经度", {
  perUnit: 1_000_000,
  unit: "°",
  sentinels: false,
  column: "location.longitude",
  as: "longitude",
});
export const latitude = quantity("latitude", 4, 90_000_000, "纬度", {
  perUnit: 1_000_000,
  unit: "°",
  sentinels: false,
  column: "location.latitude",
  as: "latitude",
});

const faults = <const C extends string, const N extends string>(count: C, name: N, max: number, title: string) =>
  [
    code(count, 1, max, `${title}总数`),
    values(name, count, `${title}代码列表`, hexWord("code", "故障代码"), { sumColumn: "alarm.faultCount" }),
  ] as const;

/** Level, flags and the four fault lists; `maxFaults` is the upper end of the counts. */
export const alarmElements = <const L extends number>(maxLevel: L, maxFaults: number) =>
  [
    code("level", 1, maxLevel, "最高报警等级", { column: "alarm.level", repeated: "largest" }),
    flags("flags", "通用报警标志", "alarm.flags"),
    ...faults("storageFaultCount", "storageFaults", maxFaults, "可充电储能装置故障"),
    ...faults("motorFaultCount", "motorFaults", maxFaults, "驱动电机故障"),
    ...faults("engineFaultCount", "engineFaults", maxFaults, "发动机故障"),
    ...faults("otherFaultCount", "otherFaults", maxFaults, "其他故障"),
  ] as const;

export const packVoltage = (max: number) =>
  quantity("voltage", 2, max, "可充电储能装置电压", { perUnit: 10, unit: "V", column: "packs.voltage" });
export const packCurrent = (max: number, bias: number) =>
  quantity("current", 2, max, "可充电储能装置电流", { perUnit: 10, bias, unit: "A", column: "packs.current" });
export const cellVoltages = (count: string, title: string) =>
  values(
    "cellVoltages",
    count,
    title,
    quantity("voltage", 2, 60_000, "单体电池电压", { perUnit: 1000, unit: "V", column: "packs.cellVoltages" }),
    {
      lengthColumn: "packs.cellCount",
    },
  );

/** Temperatures of the probes, pack by pack; the number is limited to 250 (2016) or 50 (2025). */
export const probePacks = (maxNumber: number, sentinels: boolean) =>
  groups("packs", "packCount", "温度信息列表", [
    code("number", 1, maxNumber, "可充电储能子系统号", { min: 1, sentinels, column: "probePacks.number" }),
    code("probeCount", 2, 65_531, "温度探针个数", { min: 1 }),
    values("temperatures", "probeCount", "温度值", temperature("temperature", "温度值", "probePacks.temperatures"), {
      lengthColumn: "probePacks.probeCount",
    }),
  ]);

/** Types 80–FE of both editions: WORD length and bytes. */
export const oemElements = [blob("data", "自定义数据")] as const;
