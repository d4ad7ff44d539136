/** Realtime bodies of GB/T 32960.3-2016, tables 9–19 and annex B.4–B.8. */
import { code, groups, quantity, values } from "./element.ts";
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

const extreme = <const P extends string, const C extends string>(
  pack: P,
  item: C,
  title: string,
  columns: readonly [string, string],
) =>
  [
    code(pack, 1, 250, `${title}子系统号`, { min: 1, column: columns[0] }),
    code(item, 1, 250, `${title}代号`, { min: 1, column: columns[1] }),
  ] as const;
const extremeVoltage = <const N extends string>(name: N, title: string) =>
  quantity(name, 2, 15_000, title, { perUnit: 1000, unit: "V", column: `extremes.${name}` });

export const BODIES_2016 = [
  body(0x01, "vehicle", "整车数据", "2016 表9, 表B.4", [
    ...vehicleStates,
    speed(2200),
    mileage,
    totalVoltage(10_000),
    totalCurrent(20_000, -10_000),
    stateOfCharge,
    dcDcState,
    gearByte,
    insulationResistance(false),
    quantity("acceleratorTravel", 1, 100, "加速踏板行程值", { unit: "%", column: "vehicle.acceleratorTravel" }),
    quantity("brakePedal", 1, 101, "制动踏板状态", { unit: "%", column: "vehicle.brakePedal" }),
  ]),
  body(0x02, "motors", "驱动电机数据", "2016 表10, 表11", [
    code("motorCount", 1, 253, "驱动电机个数", { min: 1, sentinels: false }),
    groups("motors", "motorCount", "驱动电机总成信息列表", [
      motorNumber(false),
      motorState,
      temperature("controllerTemperature", "驱动电机控制器温度", "motors.controllerTemperature"),
      motorSpeed(-20_000),
      motorTorque(2, 65_531, -20_000),
      temperature("temperature", "驱动电机温度", "motors.temperature"),
      quantity("controllerInputVoltage", 2, 60_000, "电机控制器输入电压", {
        perUnit: 10,
        unit: "V",
        column: "motors.controllerInputVoltage",
      }),
      quantity("controllerDcBusCurrent", 2, 20_000, "电机控制器直流母线电流", {
        perUnit: 10,
        bias: -10_000,
        unit: "A",
        column: "motors.controllerDcBusCurrent",
      }),
    ]),
  ]),
  body(0x03, "fuelCell", "燃料电池数据", "2016 表12", [
    quantity("voltage", 2, 20_000, "燃料电池电压", { perUnit: 10, unit: "V", column: "fuelCell.voltage" }),
    quantity("current", 2, 20_000, "燃料电池电流", { perUnit: 10, unit: "A", column: "fuelCell.current" }),
    quantity("fuelConsumption", 2, 60_000, "燃料消耗率", {
      perUnit: 100,
      unit: "kg/100km",
      column: "fuelCell.fuelConsumption",
    }),
    code("probeCount", 2, 65_531, "燃料电池温度探针总数"),
    values(
      "probeTemperatures",
      "probeCount",
      "探针温度值",
      temperature("temperature", "探针温度值", "fuelCell.probeTemperatures", 240),
    ),
    quantity("maxHydrogenTemperature", 2, 2400, "氢系统中最高温度", {
      perUnit: 10,
      bias: -400,
      unit: "℃",
      column: "fuelCell.maxHydrogenTemperature",
    }),
    code("maxHydrogenTemperatureProbe", 1, 252, "氢系统中最高温度探针代号", {
      min: 1,
      column: "fuelCell.maxHydrogenTemperatureProbe",
    }),
    quantity("maxHydrogenConcentration", 2, 60_000, "氢气最高浓度", {
      unit: "mg/kg",
      column: "fuelCell.maxHydrogenConcentration",
    }),
    code("maxHydrogenConcentrationSensor", 1, 252, "氢气最高浓度传感器代号", {
      min: 1,
      column: "fuelCell.maxHydrogenConcentrationSensor",
    }),
    quantity("maxHydrogenPressure", 2, 1000, "氢气最高压力", {
      perUnit: 10,
      unit: "MPa",
      sentinels: false,
      column: "fuelCell.maxHydrogenPressure",
    }),
    code("maxHydrogenPressureSensor", 1, 252, "氢气最高压力传感器代号", {
      min: 1,
      column: "fuelCell.maxHydrogenPressureSensor",
    }),
    code("highVoltageDcDcState", 1, 2, "高压DC/DC状态", {
      min: 1,
      values: SWITCH_STATES,
      column: "fuelCell.highVoltageDcDcState",
    }),
  ]),
  body(0x04, "engine", "发动机数据", "2016 表13", [
    code("state", 1, 2, "发动机状态", { min: 1, values: { 1: "started", 2: "off" }, column: "engine.state" }),
    quantity("crankshaftSpeed", 2, 60_000, "曲轴转速", { unit: "r/min", column: "engine.crankshaftSpeed" }),
    quantity("fuelRate", 2, 60_000, "燃料消耗率", { perUnit: 100, unit: "L/100km", column: "engine.fuelRate" }),
  ]),
  body(0x05, "location", "车辆位置数据", "2016 表14, 表15", [fixByte, longitude, latitude]),
  body(0x06, "extremes", "极值数据", "2016 表16", [
    ...extreme("maxVoltagePack", "maxVoltageCell", "最高电压电池", [
      "extremes.maxVoltagePack",
      "extremes.maxVoltageCell",
    ]),
    extremeVoltage("maxCellVoltage", "电池单体电压最高值"),
    ...extreme("minVoltagePack", "minVoltageCell", "最低电压电池", [
      "extremes.minVoltagePack",
      "extremes.minVoltageCell",
    ]),
    extremeVoltage("minCellVoltage", "电池单体电压最低值"),
    ...extreme("maxTemperaturePack", "maxTemperatureProbe", "最高温度探针", [
      "extremes.maxTemperaturePack",
      "extremes.maxTemperatureProbe",
    ]),
    temperature("maxTemperature", "最高温度值", "extremes.maxTemperature"),
    ...extreme("minTemperaturePack", "minTemperatureProbe", "最低温度探针", [
      "extremes.minTemperaturePack",
      "extremes.minTemperatureProbe",
    ]),
    temperature("minTemperature", "最低温度值", "extremes.minTemperature"),
  ]),
  body(0x07, "alarm", "报警数据", "2016 表17, 表18", alarmElements(3, 252)),
  body(0x08, "cellVoltages", "可充电储能装置电压数据", "2016 表B.5, 表B.6", [
    code("packCount", 1, 250, "可充电储能子系统个数", { min: 1 }),
    groups("packs", "packCount", "可充电储能子系统电压信息列表", [
      code("number", 1, 250, "可充电储能子系统号", { min: 1, sentinels: false, column: "packs.number" }),
      packVoltage(10_000),
      packCurrent(20_000, -10_000),
      code("cellTotal", 2, 65_531, "单体电池总数", { min: 1, column: "packs.cellTotal" }),
      code("firstCell", 2, 65_531, "本帧起始电池序号", { min: 1, sentinels: false, column: "packs.firstCell" }),
      code("cellCount", 1, 200, "本帧单体电池总数", { min: 1, sentinels: false }),
      cellVoltages("cellCount", "单体电池电压"),
    ]),
  ]),
  body(0x09, "temperatures", "可充电储能装置温度数据", "2016 表B.7, 表B.8", [
    code("packCount", 1, 250, "可充电储能子系统个数", { min: 1 }),
    probePacks(250, false),
  ]),
] as const;
