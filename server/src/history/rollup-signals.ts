/** Which signals are rolled up and which belong to the last known state of a vehicle. Append only: columns are made from them. */
import { getScalar, type ScalarSignal } from "@sandglass/signals";

/** Rolled up per vehicle and hour or day: what people plot over months and what screening rules ask for. */
export const ROLLUP_SIGNALS: readonly ScalarSignal[] = [
  "speed",
  "mileage",
  "total_voltage",
  "total_current",
  "soc",
  "insulation_resistance",
  "insulation",
  "max_cell_voltage",
  "min_cell_voltage",
  "cell_spread",
  "max_cell_temp",
  "min_cell_temp",
  "temp_spread",
  "max_motor_temp",
  "max_controller_temp",
  "alarm.level",
].map(getScalar);

/** Last valid value per vehicle. */
export const STATE_SIGNALS: readonly ScalarSignal[] = [
  "vehicle.state",
  "charge.state",
  "run.mode",
  "speed",
  "mileage",
  "total_voltage",
  "total_current",
  "soc",
  "insulation_resistance",
  "insulation",
  "max_cell_voltage",
  "min_cell_voltage",
  "cell_spread",
  "max_cell_temp",
  "min_cell_temp",
  "temp_spread",
  "alarm.level",
  "alarm.flags",
  "location.valid",
  "location.coordinates",
  "location.longitude",
  "location.latitude",
].map(getScalar);

/** Column of a signal: the id with dots as underscores, as the journal names it. */
export function columnOf(signalId: string): string {
  return signalId.replaceAll(".", "_");
}
