/** `suppressed by X`: X is judged first, so that a set has one order in which its triggers see each other. */
import type { CheckedTrigger } from "./check-trigger.ts";
import { nearest, TRIGGER_ERROR_CODES as CODES, TriggerProblem } from "./source.ts";

interface Checked {
  readonly trigger: CheckedTrigger;
  readonly source: number;
}

/** Suppressors before those whom they suppress, otherwise as given. Unknown ids are warned of, circles refused. */
export function orderBySuppression<C extends Checked>(
  checked: readonly C[],
  report: (at: C, problem: TriggerProblem) => void,
): readonly C[] {
  const byId = new Map(checked.map((c) => [c.trigger.core.id, c]));
  const done = new Set<C>();
  const open = new Set<C>();
  const out: C[] = [];
  const visit = (one: C): void => {
    if (done.has(one)) return;
    open.add(one);
    const { core, suppressorRanges } = one.trigger;
    core.suppressedBy.forEach((id, i) => {
      const range = suppressorRanges[i] ?? { start: 0, end: 0 };
      const other = byId.get(id);
      if (other === undefined) {
        const others = [...byId.keys()].filter((known) => known !== core.id);
        const suggestion = nearest(id, others) ?? others[0] ?? "…";
        report(
          one,
          new TriggerProblem(
            CODES.unknownName,
            range,
            `this set has no trigger "${id}": it suppresses only where both run in one set`,
            `本集合中没有触发器“${id}”：仅当两者同在一个集合时才会抑制`,
            { severity: "warning", suggestion },
          ),
        );
      } else if (open.has(other)) {
        report(
          one,
          new TriggerProblem(
            CODES.type,
            range,
            `"${id}" and "${core.id}" suppress each other`,
            `“${id}”与“${core.id}”互相抑制`,
            { suggestion: "leave one of them out", suggestionZh: "去掉其中一个" },
          ),
        );
      } else visit(other);
    });
    open.delete(one);
    done.add(one);
    out.push(one);
  };
  for (const one of checked) visit(one);
  return out;
}
