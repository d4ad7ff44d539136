/** `applies to … where`: conditions over registry attributes, and what of a `where` belongs into `when`. */
import { versionCode } from "@sandglass/signals";
import type { Expr } from "./ast.ts";
import { ATTRIBUTES, findNamed, nearestNamed, type Attribute } from "./attributes.ts";
import type { RegistryCond } from "./core.ts";
import { TRIGGER_ERROR_CODES as CODES, TriggerProblem } from "./source.ts";

/** Splits the conjunction of a `where` into attributes and the rest, which speaks of signals. */
export function splitWhere(where: Expr): { registry: RegistryCond | undefined; signals: readonly Expr[] } {
  const registry: Expr[] = [];
  const signals: Expr[] = [];
  const walk = (expr: Expr): void => {
    if (expr.kind === "and") {
      walk(expr.left);
      walk(expr.right);
    } else if (namesAttribute(expr) || !namesAnything(expr)) registry.push(expr);
    else signals.push(expr);
  };
  walk(where);
  if (signals.length === 0) return { registry: registryCondition(where), signals };
  return {
    registry: registry
      .map(registryCondition)
      .reduce<RegistryCond | undefined>(
        (left, right) => (left === undefined ? right : { op: "and", left, right }),
        undefined,
      ),
    signals,
  };
}

function namesOf(expr: Expr): string[] {
  switch (expr.kind) {
    case "name":
      return [expr.name];
    case "and":
    case "or":
    case "implies":
    case "compare":
    case "arith":
    case "since":
      return [...namesOf(expr.left), ...namesOf(expr.right)];
    case "call":
      return expr.args.flatMap(namesOf);
    default:
      return "of" in expr ? namesOf(expr.of) : [];
  }
}
const namesAnything = (expr: Expr) => namesOf(expr).length > 0;
const namesAttribute = (expr: Expr) => namesOf(expr).some((name) => findNamed(ATTRIBUTES, name) !== undefined);

function refuse(expr: Expr): never {
  const unknown = namesOf(expr).find((name) => findNamed(ATTRIBUTES, name) === undefined);
  const suggestion = (unknown === undefined ? undefined : nearestNamed(ATTRIBUTES, unknown)) ?? 'model == "…"';
  throw new TriggerProblem(
    CODES.type,
    expr.range,
    '"where" compares registry attributes (maker, model, region, powertrain, …) with constants; put signals into "when"',
    "“其中”只将登记属性（车企、车型、地区、动力类型等）与常量比较；信号请写入“当”",
    { suggestion },
  );
}

function registryCondition(expr: Expr): RegistryCond {
  switch (expr.kind) {
    case "and":
    case "or":
      return { op: expr.kind, left: registryCondition(expr.left), right: registryCondition(expr.right) };
    case "not":
      return { op: "not", of: registryCondition(expr.of) };
    case "name":
      return { op: "is", attribute: attributeOf(expr).id };
    case "between": {
      const attribute = attributeOf(expr.of);
      const low = constant(expr.low, attribute);
      const high = constant(expr.high, attribute);
      if (attribute.type === "text") return refuse(expr);
      return {
        op: "and",
        left: { op: "ge", attribute: attribute.id, value: low },
        right: { op: "le", attribute: attribute.id, value: high },
      };
    }
    case "compare": {
      const attribute = attributeOf(expr.left);
      const value = constant(expr.right, attribute);
      if (expr.op !== "eq" && expr.op !== "ne" && attribute.type !== "number" && attribute.type !== "version")
        return refuse(expr);
      return { op: expr.op, attribute: attribute.id, value };
    }
    case "in": {
      const attribute = attributeOf(expr.of);
      return { op: "in", attribute: attribute.id, values: expr.values.map((v) => constant(v, attribute)) };
    }
    default:
      return refuse(expr);
  }
}

function attributeOf(expr: Expr): Attribute {
  if (expr.kind !== "name") return refuse(expr);
  return findNamed(ATTRIBUTES, expr.name) ?? refuse(expr);
}

function constant(expr: Expr, attribute: Attribute): string | number {
  const fits =
    attribute.type === "number"
      ? expr.kind === "number" && expr.unit === undefined
      : expr.kind === "string" && (attribute.type !== "version" || !Number.isNaN(versionCode(expr.value)));
  if (fits && (expr.kind === "number" || expr.kind === "string")) return expr.value;
  const [en, zh, example] =
    attribute.type === "number"
      ? ["a number", "数值", "3"]
      : attribute.type === "version"
        ? ['a version such as "2.1.0"', '版本号，如 "2.1.0"', '"2.1.0"']
        : ["text in quotes", "引号内的文字", '"…"'];
  throw new TriggerProblem(
    CODES.type,
    expr.range,
    `the attribute "${attribute.id}" is compared with ${en}`,
    `属性“${attribute.zh[0]}”须与${zh}比较`,
    { suggestion: example },
  );
}
