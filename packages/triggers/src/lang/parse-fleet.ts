/** Conditions over many subjects: `more than 2 % of active vehicle in group project have … in last 7 d`. */
import type { Expr, FleetExpr, Quantity } from "./ast.ts";
import { parseComparison, parseExpression, parseQuantifier } from "./parse-expression.ts";
import type { Scanner } from "./scanner.ts";
import { TRIGGER_ERROR_CODES, TriggerProblem } from "./source.ts";
import { convert, parseUnit, sameDimension, type Unit } from "./units.ts";

const METRE = parseUnit("m") as Unit;
/** What `fleet size` looks back when it does not say. */
const DAY = 86_400_000;

/** FleetCond; undefined if the text does not start with a quantifier or `fleet size`. */
export function parseFleet(s: Scanner): (Expr & FleetExpr) | undefined {
  const start = s.at;
  if (s.accept("fleetSize")) return parseFleetSize(s, start);
  const op = parseQuantifier(s);
  if (op === undefined) return undefined;
  const amount = s.expectNumber();
  const percent = s.acceptPunct("%") !== undefined;
  s.accept("of");
  const population = s.accept("active")
    ? "active"
    : s.accept("registered")
      ? "registered"
      : s.fail('"active" or "registered"', "“活跃”或“登记”");
  const subject = s.expectName("a kind of subject, e.g. vehicle", "对象种类，如 车辆");
  let group: string | undefined;
  let nearM: number | undefined;
  for (;;) {
    if (group === undefined && s.accept("inGroup")) group = s.expectName("a registry attribute", "登记属性");
    else if (nearM === undefined && s.accept("near")) nearM = parseLength(s);
    else break;
  }
  s.expect("have");
  const have = parseExpression(s);
  s.expect("inLast");
  const ms = s.duration();
  return { kind: "fleet", op, amount, percent, population, subject, group, nearM, have, ms, range: s.rangeFrom(start) };
}

/** `fleet size > 200 in group project`: short for `more than 200 of active vehicle in group project have true in last 1 d`. */
function parseFleetSize(s: Scanner, start: number): Expr & FleetExpr {
  let group: string | undefined;
  if (s.accept("inGroup")) group = s.expectName("a registry attribute", "登记属性");
  const at = s.at;
  const op = parseComparison(s) ?? s.fail("a comparison", "比较符");
  if (op === "eq" || op === "ne")
    throw new TriggerProblem(
      TRIGGER_ERROR_CODES.type,
      s.rangeFrom(at),
      "a fleet size is compared with <, <=, > or >=",
      "车队规模只能用 <、<=、>、>= 比较",
      { suggestion: ">" },
    );
  const amount = s.expectInteger();
  if (group === undefined && s.accept("inGroup")) group = s.expectName("a registry attribute", "登记属性");
  const ms = s.accept("inLast") ? s.duration() : DAY;
  const range = s.rangeFrom(start);
  return {
    kind: "fleet",
    op: op satisfies Quantity,
    amount,
    percent: false,
    population: "active",
    subject: "vehicle",
    group,
    nearM: undefined,
    have: { kind: "bool", value: true, range },
    ms,
    range,
  };
}

function parseLength(s: Scanner): number {
  const start = s.at;
  const value = s.expectNumber();
  const unit = s.unit();
  const metres = unit && sameDimension(unit, METRE) ? convert(value, unit, METRE, true) : undefined;
  if (metres === undefined || metres <= 0 || metres > 100_000)
    throw new TriggerProblem(
      TRIGGER_ERROR_CODES.unit,
      s.rangeFrom(start),
      "a distance is a length up to 100 km",
      "距离须为长度，最长 100 公里",
      { suggestion: `${value > 0 ? value : 500} m`, suggestionZh: `${value > 0 ? value : 500} 米` },
    );
  return metres;
}
