/** Realtime bodies of GB/T 32960.3-2025, tables 10–26. There is no extremes body; 09–2F are platform-defined. */
import { blob, code, groups, quantity, values } from "./element.ts";
import {
  alarmElements,
  body,
  cellVoltages,
  dcDcState,
  fixByte,
  gearByte,
  insulationResistance,
  latitude,
  longitude,
  mileage,
  motorNumber,
  motorSpeed,
  motorState,
  motorTorque,
  packCurrent,
  packVoltage,
  probePacks,
  speed,
  stateOfCharge,
  SWITCH_STATES,
  temperature,
  totalCurrent,
  totalVoltage,
  vehicleStates,
} from "./shared.ts";

/** Pressure at a stack inlet: 0.1 kPa per bit, offset 100 kPa. */
const inletPressure = <const N extends string>(name: N, title: string, column: string) =>
  quantity(name, 2, 5000, title, { perUnit: 10, bias: -1000, unit: "kPa", column });
const capacitorVoltage = <const N extends string>(name: N, title: string, column: string) =>
  quantity(name, 2, 60_000, title, { perUnit: 1000, unit: "V", column });
const system = <const N extends string>(name: N, title: string, column: string) =>
  code(name, 1, 253, title, { min: 1, column });
const cell = <const N extends string>(name: N, title: string) =>
  code(name, 2, 65_531, title, { min: 1, sentinels: false, column: `supercapacitorExtremes.${name}` });

export const BODIES_2025 = [
  body(0x01, "vehicle", "整车数据", "2025 表10", [
    ...vehicleStates,
    speed(5000),
    mileage,
    totalVoltage(60_000),
    totalCurrent(60_000, -30_000),
    stateOfCharge,
    dcDcState,
    gearByte,
    insulationResistance(true),
  ]),
  body(0x02, "motors", "驱动电机数据", "2025 表15, 表16", [
    code("motorCount", 1, 253, "驱动电机个数", { min: 1 }),
    groups("motors", "motorCount", "驱动电机总成信息列表", [
      motorNumber(true),
      motorState,
      temperature("controllerTemperature", "驱动电机控制器温度", "motors.controllerTemperature"),
      motorSpeed(-32_000),
      motorTorque(4, 400_000, -200_000),
      temperature("temperature", "驱动电机温度", "motors.temperature"),
    ]),
  ]),
  body(0x03, "fuelCellEngine", "燃料电池发动机及车载氢系统数据", "2025 表17", [
    quantity("maxHydrogenTemperature", 2, 250, "车载氢系统中最高温度", {
      bias: -40,
      unit: "℃",
      column: "fuelCellEngine.maxHydrogenTemperature",
    }),
    code("maxHydrogenTemperatureProbe", 1, 253, "车载氢系统中最高温度探针代号", {
      min: 1,
      column: "fuelCellEngine.maxHydrogenTemperatureProbe",
    }),
    quantity("maxHydrogenConcentration", 2, 60_000, "氢气最高浓度", {
      perUnit: 10_000,
      unit: "%vol",
      column: "fuelCellEngine.maxHydrogenConcentration",
    }),
    code("maxHydrogenConcentrationSensor", 1, 253, "氢气最高浓度传感器代号", {
      min: 1,
      column: "fuelCellEngine.maxHydrogenConcentrationSensor",
    }),
    quantity("maxHydrogenPressure", 2, 1000, "氢气最高压力", {
      perUnit: 10,
      unit: "MPa",
      column: "fuelCellEngine.maxHydrogenPressure",
    }),
    code("maxHydrogenPressureSensor", 1, 253, "氢气最高压力传感器代号", {
      min: 1,
      column: "fuelCellEngine.maxHydrogenPressureSensor",
    }),
    code("highVoltageDcDcState", 1, 2, "高压DC/DC状态", {
      min: 1,
      values: SWITCH_STATES,
      column: "fuelCellEngine.highVoltageDcDcState",
    }),
    quantity("remainingHydrogen", 1, 100, "剩余氢量百分比", { unit: "%", column: "fuelCellEngine.remainingHydrogen" }),
    temperature("highVoltageDcDcTemperature", "高压DC/DC控制器温度", "fuelCellEngine.highVoltageDcDcTemperature"),
  ]),
  body(0x04, "engine", "发动机数据", "2025 表20", [
    quantity("crankshaftSpeed", 2, 60_000, "曲轴转速", { unit: "r/min", column: "engine.crankshaftSpeed" }),
  ]),
  body(0x05, "location", "车辆位置数据", "2025 表21, 表22", [
    fixByte,
    code("coordinateSystem", 1, 3, "坐标系", {
      min: 1,
      sentinels: false,
      values: { 1: "WGS-84", 2: "GCJ-02", 3: "other" },
      column: "location.coordinateSystem",
    }),
    longitude,
    latitude,
  ]),
  body(0x06, "alarm", "报警数据", "2025 表23, 表24", [
    ...alarmElements(4, 253),
    code("generalAlarmCount", 1, 253, "通用报警故障总数"),
    groups("generalAlarms", "generalAlarmCount", "通用报警故障等级列表", [
      code("bit", 1, 31, "通用报警标志位", { sentinels: false, column: "generalAlarms.bit" }),
      code("level", 1, 4, "报警等级", { sentinels: false, column: "generalAlarms.level" }),
    ]),
  ]),
  body(0x07, "cellVoltages", "动力蓄电池最小并联单元电压数据", "2025 表11, 表12", [
    code("packCount", 1, 50, "动力蓄电池包个数"),
    groups(
      "packs",
      "packCount",
      "动力蓄电池包电压信息列表",
      [
        code("number", 1, 50, "动力蓄电池包号", { min: 1, column: "packs.number" }),
        packVoltage(60_000),
        packCurrent(60_000, -30_000),
        code("cellCount", 2, 65_531, "最小并联单元总数", { min: 1, column: "packs.cellTotal" }),
        cellVoltages("cellCount", "最小并联单元电压"),
      ],
      { constants: [{ column: "packs.firstCell", value: 1 }] },
    ),
  ]),
  body(0x08, "temperatures", "动力蓄电池温度数据", "2025 表13, 表14", [
    code("packCount", 1, 50, "动力蓄电池包个数"),
    probePacks(50, true),
  ]),
  body(0x30, "fuelCellStacks", "燃料电池电堆数据", "2025 表18, 表19", [
    code("stackCount", 1, 253, "燃料电池电堆个数", { min: 1 }),
    groups("stacks", "stackCount", "燃料电池电堆信息列表", [
      code("number", 1, 253, "燃料电池电堆序号", { min: 1, column: "stacks.number" }),
      quantity("voltage", 2, 20_000, "燃料电池电堆电压", { perUnit: 10, unit: "V", column: "stacks.voltage" }),
      quantity("current", 2, 20_000, "燃料电池电堆电流", { perUnit: 10, unit: "A", column: "stacks.current" }),
      inletPressure("hydrogenInletPressure", "氢气入口压力", "stacks.hydrogenInletPressure"),
      inletPressure("airInletPressure", "空气入口压力", "stacks.airInletPressure"),
      temperature("airInletTemperature", "空气入口温度", "stacks.airInletTemperature"),
      code("coolantProbeCount", 2, 65_531, "冷却水出水口温度探针总数"),
      values(
        "coolantTemperatures",
        "coolantProbeCount",
        "冷却水出水口温度",
        temperature("temperature", "冷却水出水口温度", "stacks.coolantTemperatures"),
        { lengthColumn: "stacks.coolantProbeCount" },
      ),
    ]),
  ]),
  body(0x31, "supercapacitor", "超级电容器数据", "2025 表25", [
    system("number", "超级电容管理系统号", "supercapacitor.number"),
    quantity("voltage", 2, 10_000, "超级电容总电压", { perUnit: 10, unit: "V", column: "supercapacitor.voltage" }),
    quantity("current", 2, 60_000, "超级电容总电流", {
      perUnit: 10,
      bias: -30_000,
      unit: "A",
      column: "supercapacitor.current",
    }),
    code("cellCount", 2, 65_531, "超级电容单体总数", { min: 1 }),
    values(
      "cellVoltages",
      "cellCount",
      "超级电容单体电压",
      capacitorVoltage("voltage", "超级电容单体电压", "supercapacitor.cellVoltages"),
      { lengthColumn: "supercapacitor.cellCount" },
    ),
    code("probeCount", 2, 65_531, "温度探针总数", { min: 1 }),
    values(
      "temperatures",
      "probeCount",
      "探针温度值",
      temperature("temperature", "探针温度值", "supercapacitor.temperatures"),
      { lengthColumn: "supercapacitor.probeCount" },
    ),
  ]),
  body(0x32, "supercapacitorExtremes", "超级电容极值数据", "2025 表26", [
    system("maxVoltageSystem", "最高电压超级电容管理系统号", "supercapacitorExtremes.maxVoltageSystem"),
    cell("maxVoltageCell", "最高电压超级电容单体代号"),
    capacitorVoltage("maxCellVoltage", "超级电容单体电压最高值", "supercapacitorExtremes.maxCellVoltage"),
    system("minVoltageSystem", "最低电压超级电容管理系统号", "supercapacitorExtremes.minVoltageSystem"),
    cell("minVoltageCell", "最低电压超级电容单体代号"),
    capacitorVoltage("minCellVoltage", "超级电容单体电压最低值", "supercapacitorExtremes.minCellVoltage"),
    system("maxTemperatureSystem", "最高温度超级电容管理系统号", "supercapacitorExtremes.maxTemperatureSystem"),
    cell("maxTemperatureProbe", "最高温度探针代号"),
    temperature("maxTemperature", "最高温度值", "supercapacitorExtremes.maxTemperature"),
    system("minTemperatureSystem", "最低温度超级电容管理系统号", "supercapacitorExtremes.minTemperatureSystem"),
    cell("minTemperatureProbe", "最低温度探针代号"),
    temperature("minTemperature", "最低温度值", "supercapacitorExtremes.minTemperature"),
  ]),
] as const;

const signatureElements = [
  code("algorithm", 1, 3, "签名算法", { min: 1, sentinels: false, values: { 1: "SM2", 2: "RSA", 3: "ECC" } }),
  blob("r", "签名R值"),
  blob("s", "签名S值"),
] as const;

/** The signature block, last in the data unit; the activation message carries it without the type byte. */
export const SIGNATURE_2025 = body(0xff, "signature", "签名信息", "2025 表8", signatureElements);
