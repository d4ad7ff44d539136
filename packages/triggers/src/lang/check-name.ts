/** What a name in a condition stands for: a signal or an event of the catalogue. */
import type { Names, Source } from "./names.ts";
import { TRIGGER_ERROR_CODES as CODES, type SourceRange } from "./source.ts";
import { problem } from "./typed.ts";

/** Scalar signals that stand for the highest entry of a list. */
const HIGHEST_OF = new Map([
  ["motor.temp", "max_motor_temp"],
  ["motor.controller_temp", "max_controller_temp"],
  ["cell.voltage", "max_cell_voltage"],
  ["probe.temp", "max_cell_temp"],
]);

/** @param lets further names that a slip of the pen may have meant */
export function findSource(names: Names, lets: Iterable<string>, name: string, range: SourceRange): Source {
  const source = names.find(name);
  if (source === undefined) {
    const suggestion = names.nearest(name, lets);
    throw problem(
      CODES.unknownName,
      range,
      `unknown signal "${name}"${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
      `未知信号“${name}”${suggestion === undefined ? "" : `；是否应为“${suggestion}”？`}`,
      suggestion ?? "speed",
      suggestion ?? "车速",
    );
  }
  if (source.kind === "list") {
    const suggestion = HIGHEST_OF.get(source.id);
    throw problem(
      CODES.type,
      range,
      `"${source.id}" has several values per observation and cannot be compared${suggestion === undefined ? "" : `; use "${suggestion}"`}`,
      `“${source.names.zh}”每次观测有多个值，不能直接比较${suggestion === undefined ? "" : `；请用“${suggestion}”`}`,
      suggestion ?? "max_cell_temp",
      names.byId.get(suggestion ?? "")?.names.zh ?? "最高单体温度",
    );
  }
  return source;
}
