/**
 * The catalogue of signals of GB/T 32960.3 (editions 2016 and 2025) and the signals derived from them.
 *
 * Ranges are the wider of both editions; each edition's own range is enforced while decoding. Order is the order
 * of the columns: append only, history tables are created from it.
 */
import type { BitSignal, ListSignal, ScalarSignal, Signal, SignalNames, TickType } from "./signal.ts";

/** GB/T 32960 allows up to 30 s between realtime reports; a value is held for three periods. */
const PERIOD_MS = 30_000;
const HOLD_MS = 3 * PERIOD_MS;

type Spec = readonly [
  id: string,
  type: TickType,
  perUnit: number,
  unit: string,
  display: string,
  range: readonly [number, number],
  scale: number,
  en: string,
  zh: string,
  source: string,
  values?: Readonly<Record<number, SignalNames>>,
];

const name = (en: string, zh: string): SignalNames => ({ en, zh });

const VEHICLE_STATE = { 1: name("started", "启动"), 2: name("off", "熄火"), 3: name("other", "其他") };
const CHARGE_STATE = {
  1: name("parked charging", "停车充电"),
  2: name("driving charging", "行驶充电"),
  3: name("not charging", "未充电"),
  4: name("charge complete", "充电完成"),
};
const RUNNING_MODE = { 1: name("electric", "纯电"), 2: name("hybrid", "混动"), 3: name("fuel", "燃油") };
const SWITCH_STATE = { 1: name("working", "工作"), 2: name("open", "断开") };
const ENGINE_STATE = { 1: name("started", "启动"), 2: name("off", "关闭") };
const COORDINATES = { 1: name("WGS-84", "WGS-84"), 2: name("GCJ-02", "GCJ-02"), 3: name("other", "其他") };
const YES_NO = { 0: name("no", "否"), 1: name("yes", "是") };
const MOTOR_STATE = {
  1: name("consuming", "耗电"),
  2: name("generating", "发电"),
  3: name("off", "关闭"),
  4: name("ready", "准备"),
};
const ALARM_LEVEL = {
  0: name("none", "无"),
  1: name("level 1", "1级"),
  2: name("level 2", "2级"),
  3: name("level 3", "3级"),
  4: name("level 4, thermal event", "4级 热事件"),
};

const SCALARS: readonly Spec[] = [
  ["vehicle.state", "UInt8", 1, "1", "", [1, 3], 1, "Vehicle state", "车辆状态", "GB/T 32960.3 0x01", VEHICLE_STATE],
  ["charge.state", "UInt8", 1, "1", "", [1, 4], 1, "Charging state", "充电状态", "GB/T 32960.3 0x01", CHARGE_STATE],
  ["run.mode", "UInt8", 1, "1", "", [1, 3], 1, "Running mode", "运行模式", "GB/T 32960.3 0x01", RUNNING_MODE],
  ["speed", "UInt16", 10, "km/h", "km/h", [0, 500], 5, "Speed", "车速", "GB/T 32960.3 0x01"],
  ["mileage", "UInt32", 10, "km", "km", [0, 999_999.9], 100, "Mileage", "累计里程", "GB/T 32960.3 0x01"],
  ["total_voltage", "UInt16", 10, "V", "V", [0, 6000], 10, "Total voltage", "总电压", "GB/T 32960.3 0x01"],
  ["total_current", "Int32", 10, "A", "A", [-3000, 3000], 10, "Total current", "总电流", "GB/T 32960.3 0x01"],
  ["soc", "UInt8", 1, "%", "%", [0, 100], 5, "State of charge", "荷电状态", "GB/T 32960.3 0x01"],
  ["dcdc.state", "UInt8", 1, "1", "", [1, 2], 1, "DC-DC state", "DC-DC状态", "GB/T 32960.3 0x01", SWITCH_STATE],
  ["gear", "UInt8", 1, "1", "", [0, 15], 1, "Gear", "挡位", "GB/T 32960.3 annex A.1"],
  ["insulation_resistance", "UInt16", 1, "kOhm", "kΩ", [0, 60_000], 50, "Insulation resistance", "绝缘电阻值", "GB/T 32960.3 0x01"],
  ["accelerator", "UInt8", 1, "%", "%", [0, 100], 10, "Accelerator travel", "加速踏板行程", "GB/T 32960.3-2016 table B.4"],
  ["brake", "UInt8", 1, "%", "%", [0, 101], 10, "Brake pedal state", "制动踏板状态", "GB/T 32960.3-2016 table B.4"],
  ["engine.state", "UInt8", 1, "1", "", [1, 2], 1, "Engine state", "发动机状态", "GB/T 32960.3-2016 table 13", ENGINE_STATE],
  ["engine.speed", "UInt16", 1, "/min", "r/min", [0, 60_000], 100, "Crankshaft speed", "曲轴转速", "GB/T 32960.3 0x04"],
  ["engine.fuel_rate", "UInt16", 100, "L/(100.km)", "L/100km", [0, 600], 1, "Fuel rate", "燃料消耗率", "GB/T 32960.3-2016 table 13"],
  ["location.valid", "UInt8", 1, "1", "", [0, 1], 1, "Position valid", "定位有效", "GB/T 32960.3 0x05", YES_NO],
  ["location.coordinates", "UInt8", 1, "1", "", [1, 3], 1, "Coordinate system", "坐标系", "GB/T 32960.3-2025 table 21", COORDINATES],
  ["location.longitude", "Int32", 1_000_000, "deg", "°", [-180, 180], 0.01, "Longitude", "经度", "GB/T 32960.3 0x05"],
  ["location.latitude", "Int32", 1_000_000, "deg", "°", [-90, 90], 0.01, "Latitude", "纬度", "GB/T 32960.3 0x05"],
  ["max_cell_voltage", "UInt16", 1000, "V", "V", [0, 60], 0.1, "Highest cell voltage", "最高单体电压", "GB/T 32960.3-2016 0x06; else the list"],
  ["max_cell_voltage.pack", "UInt8", 1, "1", "", [1, 250], 1, "Pack of the highest cell", "最高电压子系统号", "GB/T 32960.3-2016 0x06; else the list"],
  ["max_cell_voltage.cell", "UInt16", 1, "1", "", [1, 65_531], 1, "Number of the highest cell", "最高电压单体代号", "GB/T 32960.3-2016 0x06; else the list"],
  ["min_cell_voltage", "UInt16", 1000, "V", "V", [0, 60], 0.1, "Lowest cell voltage", "最低单体电压", "GB/T 32960.3-2016 0x06; else the list"],
  ["min_cell_voltage.pack", "UInt8", 1, "1", "", [1, 250], 1, "Pack of the lowest cell", "最低电压子系统号", "GB/T 32960.3-2016 0x06; else the list"],
  ["min_cell_voltage.cell", "UInt16", 1, "1", "", [1, 65_531], 1, "Number of the lowest cell", "最低电压单体代号", "GB/T 32960.3-2016 0x06; else the list"],
  ["max_cell_temp", "Int16", 1, "Cel", "°C", [-40, 210], 1, "Highest cell temperature", "最高单体温度", "GB/T 32960.3-2016 0x06; else the list"],
  ["max_cell_temp.pack", "UInt8", 1, "1", "", [1, 250], 1, "Pack of the hottest probe", "最高温度子系统号", "GB/T 32960.3-2016 0x06; else the list"],
  ["max_cell_temp.probe", "UInt16", 1, "1", "", [1, 65_531], 1, "Number of the hottest probe", "最高温度探针序号", "GB/T 32960.3-2016 0x06; else the list"],
  ["min_cell_temp", "Int16", 1, "Cel", "°C", [-40, 210], 1, "Lowest cell temperature", "最低单体温度", "GB/T 32960.3-2016 0x06; else the list"],
  ["min_cell_temp.pack", "UInt8", 1, "1", "", [1, 250], 1, "Pack of the coldest probe", "最低温度子系统号", "GB/T 32960.3-2016 0x06; else the list"],
  ["min_cell_temp.probe", "UInt16", 1, "1", "", [1, 65_531], 1, "Number of the coldest probe", "最低温度探针序号", "GB/T 32960.3-2016 0x06; else the list"],
  ["alarm.level", "UInt8", 1, "1", "", [0, 4], 1, "Highest alarm level", "最高报警等级", "GB/T 32960.3-2016 0x07, -2025 0x06", ALARM_LEVEL],
  ["alarm.flags", "UInt32", 1, "1", "", [0, 4_294_967_295], 1, "General alarm flags", "通用报警标志", "GB/T 32960.3-2016 0x07, -2025 0x06; reserved bits of the edition cleared"],
  ["alarm.fault_count", "UInt16", 1, "1", "", [0, 1012], 1, "Number of listed faults", "故障总数", "sum of the fault lists of the alarm body"],
  ["cell_spread", "UInt16", 1000, "V", "V", [0, 60], 0.1, "Cell voltage spread", "单体压差", "max_cell_voltage - min_cell_voltage"],
  ["temp_spread", "UInt16", 1, "Cel", "°C", [0, 250], 1, "Cell temperature spread", "单体温差", "max_cell_temp - min_cell_temp"],
  ["insulation", "UInt32", 10, "Ohm/V", "Ω/V", [0, 60_000_000], 50, "Insulation per volt", "单位电压绝缘电阻", "insulation_resistance * 1000 / total_voltage (total voltage of the same frame > 0)"],
  ["max_motor_temp", "Int16", 1, "Cel", "°C", [-40, 210], 1, "Highest motor temperature", "驱动电机最高温度", "highest motor.temp of the frame"],
  ["max_controller_temp", "Int16", 1, "Cel", "°C", [-40, 210], 1, "Highest motor-controller temperature", "电机控制器最高温度", "highest motor.controller_temp of the frame"],
];

const LISTS: readonly Spec[] = [
  ["motor.number", "UInt8", 1, "1", "", [1, 253], 1, "Motor number", "驱动电机序号", "GB/T 32960.3 0x02"],
  ["motor.state", "UInt8", 1, "1", "", [1, 4], 1, "Motor state", "驱动电机状态", "GB/T 32960.3 0x02", MOTOR_STATE],
  ["motor.controller_temp", "Int16", 1, "Cel", "°C", [-40, 210], 1, "Motor-controller temperature", "电机控制器温度", "GB/T 32960.3 0x02"],
  ["motor.speed", "Int32", 1, "/min", "r/min", [-32_000, 45_531], 100, "Motor speed", "驱动电机转速", "GB/T 32960.3 0x02"],
  ["motor.torque", "Int32", 10, "N.m", "N·m", [-20_000, 20_000], 10, "Motor torque", "驱动电机转矩", "GB/T 32960.3 0x02"],
  ["motor.temp", "Int16", 1, "Cel", "°C", [-40, 210], 1, "Motor temperature", "驱动电机温度", "GB/T 32960.3 0x02"],
  ["motor.voltage", "UInt16", 10, "V", "V", [0, 6000], 10, "Motor-controller input voltage", "电机控制器输入电压", "GB/T 32960.3-2016 table 11"],
  ["motor.current", "Int32", 10, "A", "A", [-1000, 1000], 10, "Motor-controller DC bus current", "电机控制器直流母线电流", "GB/T 32960.3-2016 table 11"],
  ["pack.number", "UInt8", 1, "1", "", [1, 250], 1, "Pack number", "可充电储能子系统号", "GB/T 32960.3-2016 0x08, -2025 0x07"],
  ["pack.voltage", "UInt16", 10, "V", "V", [0, 6000], 10, "Pack voltage", "可充电储能装置电压", "GB/T 32960.3-2016 0x08, -2025 0x07"],
  ["pack.current", "Int32", 10, "A", "A", [-3000, 3000], 10, "Pack current", "可充电储能装置电流", "GB/T 32960.3-2016 0x08, -2025 0x07"],
  ["pack.cell_total", "UInt16", 1, "1", "", [1, 65_531], 1, "Cells in the pack", "单体电池总数", "GB/T 32960.3-2016 0x08, -2025 0x07"],
  ["pack.first_cell", "UInt16", 1, "1", "", [1, 65_531], 1, "First cell of this frame", "本帧起始电池序号", "GB/T 32960.3-2016 table B.6; 1 in edition 2025"],
  ["pack.cell_count", "UInt16", 1, "1", "", [0, 65_531], 1, "Cells of this frame", "本帧单体电池总数", "how many entries of cell.voltage belong to the pack"],
  ["cell.voltage", "UInt16", 1000, "V", "V", [0, 60], 0.1, "Cell voltage", "单体电池电压", "GB/T 32960.3-2016 0x08, -2025 0x07; packs one after the other"],
  ["probe_pack.number", "UInt8", 1, "1", "", [1, 250], 1, "Pack number of the probes", "温度子系统号", "GB/T 32960.3-2016 0x09, -2025 0x08"],
  ["probe_pack.count", "UInt16", 1, "1", "", [0, 65_531], 1, "Probes of the pack", "温度探针个数", "how many entries of probe.temp belong to the pack"],
  ["probe.temp", "Int16", 1, "Cel", "°C", [-40, 210], 1, "Probe temperature", "探针温度值", "GB/T 32960.3-2016 0x09, -2025 0x08; packs one after the other"],
];

/** GB/T 32960.3 general alarm flags, bit 0 first. Bits 19–27 exist in edition 2025 only. */
const ALARM_BITS: readonly (readonly [id: string, en: string, zh: string])[] = [
  ["alarm.temp_difference", "Temperature difference alarm", "温度差异报警"],
  ["alarm.battery_high_temp", "Battery over-temperature alarm", "电池高温报警"],
  ["alarm.storage_over_voltage", "Storage over-voltage alarm", "车载储能装置类型过压报警"],
  ["alarm.storage_under_voltage", "Storage under-voltage alarm", "车载储能装置类型欠压报警"],
  ["alarm.soc_low", "Low SOC alarm", "SOC低报警"],
  ["alarm.cell_over_voltage", "Cell over-voltage alarm", "单体电池过压报警"],
  ["alarm.cell_under_voltage", "Cell under-voltage alarm", "单体电池欠压报警"],
  ["alarm.soc_high", "High SOC alarm", "SOC过高报警"],
  ["alarm.soc_jump", "SOC jump alarm", "SOC跳变报警"],
  ["alarm.system_mismatch", "Storage-system mismatch alarm", "可充电储能系统不匹配报警"],
  ["alarm.poor_consistency", "Poor cell consistency alarm", "电池单体一致性差报警"],
  ["alarm.insulation", "Insulation alarm", "绝缘报警"],
  ["alarm.dcdc_temp", "DC-DC temperature alarm", "DC-DC温度报警"],
  ["alarm.brake_system", "Brake-system alarm", "制动系统报警"],
  ["alarm.dcdc_state", "DC-DC state alarm", "DC-DC状态报警"],
  ["alarm.controller_temp", "Motor-controller temperature alarm", "驱动电机控制器温度报警"],
  ["alarm.hv_interlock", "High-voltage interlock alarm", "高压互锁状态报警"],
  ["alarm.motor_temp", "Motor temperature alarm", "驱动电机温度报警"],
  ["alarm.over_charge", "Storage over-charge alarm", "车载储能装置类型过充"],
  ["alarm.motor_over_speed", "Motor over-speed alarm", "驱动电机超速报警"],
  ["alarm.motor_over_current", "Motor over-current alarm", "驱动电机过流报警"],
  ["alarm.supercap_over_temp", "Supercapacitor over-temperature alarm", "超级电容过温报警"],
  ["alarm.supercap_over_voltage", "Supercapacitor over-voltage alarm", "超级电容过压报警"],
  ["alarm.thermal_event", "Storage thermal-event alarm", "可充电储能装置热事件报警"],
  ["alarm.hydrogen_leak", "Hydrogen leak alarm", "氢气泄漏异常报警"],
  ["alarm.hydrogen_pressure", "Hydrogen pressure alarm", "氢系统压力异常报警"],
  ["alarm.hydrogen_temp", "Hydrogen temperature alarm", "氢系统温度异常报警"],
  ["alarm.stack_over_temp", "Fuel-cell stack over-temperature alarm", "燃料电池电堆超温报警"],
];

function base(spec: Spec) {
  const [id, type, perUnit, unit, display, range, scale, en, zh, source, values] = spec;
  return {
    id, type, perUnit, unit, display, range, scale, source,
    names: { en, zh },
    periodMs: PERIOD_MS,
    holdMs: HOLD_MS,
    ...(values ? { values } : {}),
  };
}

/** One value per observation, in column order. */
export const SCALAR_SIGNALS: readonly ScalarSignal[] = SCALARS.map((spec, column) => ({ ...base(spec), kind: "scalar", column }));

/** Several values per observation, in column order. */
export const LIST_SIGNALS: readonly ListSignal[] = LISTS.map((spec, column) => ({ ...base(spec), kind: "list", column }));

/** One signal per defined alarm bit. */
export const BIT_SIGNALS: readonly BitSignal[] = ALARM_BITS.map(([id, en, zh], bit) => ({
  ...base([id, "UInt8", 1, "1", "", [0, 1], 1, en, zh, `alarm.flags bit ${bit}`, YES_NO]),
  kind: "bit",
  bit,
}));

export const SIGNALS: readonly Signal[] = [...SCALAR_SIGNALS, ...LIST_SIGNALS, ...BIT_SIGNALS];

const byId = new Map<string, Signal>(SIGNALS.map((signal) => [signal.id, signal]));

export function findSignal(id: string): Signal | undefined {
  return byId.get(id);
}

/** The scalar signal of that id. Throws for an unknown id: callers pass constants. */
export function getScalar(id: string): ScalarSignal {
  const signal = byId.get(id);
  if (signal?.kind !== "scalar") throw new Error(`no scalar signal ${id}`);
  return signal;
}

/** The list signal of that id. Throws for an unknown id: callers pass constants. */
export function getList(id: string): ListSignal {
  const signal = byId.get(id);
  if (signal?.kind !== "list") throw new Error(`no list signal ${id}`);
  return signal;
}

/** Physical value of a number of ticks. */
export function fromTicks(signal: Signal, ticks: number): number {
  return ticks / signal.perUnit;
}
