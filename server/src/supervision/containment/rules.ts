/**
 * The limits of a sandbox project's plan as triggers: leaving the agreed regions or roads, hours, speed, fleet size,
 * functions or software versions is a finding with an effect on the project. Pure: texts of the language, which are
 * compiled like any other.
 *
 * How long a limit must be passed, and what follows, is our proposal (certainty P); the plan may name another effect
 * under the ids of these rules (`PLAN-AREA` …), as for any trigger of its set.
 */
export interface PlanLimits {
  readonly maxVehicles?: number | undefined;
  /** GB/T 2260 codes; enforced where the registry has a region for them. */
  readonly regions?: readonly string[] | undefined;
  /** Regions of the registry, by id or name. */
  readonly areas?: readonly string[] | undefined;
  /** Road lists of the registry, by id or name. */
  readonly roads?: readonly string[] | undefined;
  /** HH:MM, Asia/Shanghai. */
  readonly dailyFrom?: string | undefined;
  readonly dailyTo?: string | undefined;
  /** km/h. */
  readonly maxSpeed?: number | undefined;
  readonly functions?: readonly string[] | undefined;
  readonly softwareVersions?: readonly string[] | undefined;
}

export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** A limit as a trigger text. */
export interface ContainmentRule {
  readonly limit: keyof PlanLimits;
  readonly text: string;
}

/** What of the plan no trigger watches, and why. */
export interface UnenforcedLimit {
  readonly limit: keyof PlanLimits;
  readonly value: string;
  readonly reason: Text;
}

export interface ContainmentTexts {
  readonly rules: readonly ContainmentRule[];
  readonly unenforced: readonly UnenforcedLimit[];
}

/** A region of the registry by id, name or area code. */
export type FindRegion = (name: string) => { readonly id: string; readonly kind: "area" | "road" } | undefined;

const BASIS = "Containment limits of the agreed plan (R-6.21, R-6.51)";
/** A vehicle is under way from here on, km/h: below, positions and clocks of parked vehicles say nothing. */
const MOVING = 5;

/** How many are under test at once: vehicles by their reports of a day, services by what they sent in it. */
const SIZE = {
  vehicle: {
    title: { en: "More vehicles than the plan allows", zh: "车辆数超过方案上限" },
    when: (most: number) => `fleet size > ${most} in last 1 d`,
  },
  ai_service: {
    title: { en: "More services than the plan allows", zh: "服务数超过方案上限" },
    when: (most: number) => `more than ${most} of active ai_service have true in last 1 d`,
  },
} as const satisfies Record<string, { readonly title: Text; readonly when: (most: number) => string }>;

/** What the plan of a project tests. */
export type TestedSubject = keyof typeof SIZE;

/** `version`: of the plan; a changed limit is another version of its rule. */
export function containmentTexts(
  limits: PlanLimits,
  version: number,
  findRegion: FindRegion,
  tested: TestedSubject = "vehicle",
): ContainmentTexts {
  const rules: ContainmentRule[] = [];
  const unenforced: UnenforcedLimit[] = [];
  const add = (limit: keyof PlanLimits, id: string, title: Text, clauses: readonly string[]): void => {
    rules.push({
      limit,
      text: [
        `trigger ${id} version ${version} ${quoted(title.en)} / ${quoted(title.zh)} {`,
        `  basis ${quoted(BASIS)} certainty P ;`,
        ...clauses.map((clause) => `  ${clause} ;`),
        "}",
      ].join("\n"),
    });
  };
  /** Inside of any of the places; undefined when one of them is unknown: then all vehicles there would seem to have left. */
  const inAny = (limit: "regions" | "areas" | "roads", kind: "area" | "road"): string | undefined => {
    const names = limits[limit] ?? [];
    const found = names.map((name) => ({ name, region: findRegion(name) }));
    const isKnown = ({ region }: (typeof found)[number]): boolean => region?.kind === kind;
    if (!found.every(isKnown)) {
      for (const each of found)
        unenforced.push({
          limit,
          value: each.name,
          reason: isKnown(each) ? OTHERS_MISSING : each.region === undefined ? NO_REGION : OTHER_KIND,
        });
      return undefined;
    }
    const ids = [...new Set(found.flatMap(({ region }) => region?.id ?? []))];
    return ids.length === 0 ? undefined : ids.map((id) => `inside(${quoted(id)})`).join(" or ");
  };

  for (const [limit, id, title] of [
    ["regions", "PLAN-REGION", { en: "Outside the districts of the plan", zh: "超出方案行政区域" }],
    ["areas", "PLAN-AREA", { en: "Outside the areas of the plan", zh: "超出方案测试区域" }],
  ] as const) {
    const inside = inAny(limit, "area");
    if (inside !== undefined)
      add(limit, id, title, [
        `when (not (${inside})) for 60 s`,
        "severity 3",
        `clear when (${inside}) for 60 s`,
        "effect restrict",
      ]);
  }

  const onRoad = inAny("roads", "road");
  if (onRoad !== undefined)
    add("roads", "PLAN-ROADS", { en: "Off the roads of the plan", zh: "偏离方案道路" }, [
      `when (not (${onRoad}) and speed > ${MOVING} km/h) for 60 s`,
      "severity 3",
      `clear when (${onRoad}) for 60 s`,
      "effect restrict",
    ]);

  const { dailyFrom = "00:00", dailyTo = "24:00" } = limits;
  // The last minute of the day is written 23:59; both ends of the day are no limit.
  const isAllDay = dailyFrom === "00:00" && (dailyTo >= "23:59" || dailyTo === "00:00");
  if (!isAllDay && (limits.dailyFrom !== undefined || limits.dailyTo !== undefined)) {
    const to = dailyTo >= "23:59" ? "00:00" : dailyTo;
    if (dailyFrom === to) unenforced.push({ limit: "dailyFrom", value: `${dailyFrom}–${to}`, reason: NO_TIME });
    else
      add("dailyFrom", "PLAN-HOURS", { en: "Driving outside the hours of the plan", zh: "在方案时段之外行驶" }, [
        `when (not (time of day between ${dailyFrom} and ${to}) and speed > ${MOVING} km/h) for 60 s`,
        "severity 3",
        "effect restrict",
      ]);
  }

  if (limits.maxSpeed !== undefined)
    add("maxSpeed", "PLAN-SPEED", { en: "Faster than the plan allows", zh: "超过方案限速" }, [
      `when speed > ${limits.maxSpeed} km/h`,
      "severity 2",
      `severity 3 when speed > ${limits.maxSpeed} km/h for 60 s`,
      "keep firing 60 s",
      "effect warn",
      "effect restrict at severity 3",
    ]);

  if (limits.softwareVersions !== undefined && limits.softwareVersions.length > 0)
    add(
      "softwareVersions",
      "PLAN-SOFTWARE",
      { en: "Driving with software that is not in the plan", zh: "以方案外的软件版本行驶" },
      [
        `applies to vehicle where ${limits.softwareVersions.map((each) => `software_version != ${quoted(each)}`).join(" and ")}`,
        `when speed > ${MOVING} km/h for 60 s`,
        "severity 3",
        "effect restrict",
      ],
    );

  if (limits.maxVehicles !== undefined)
    add("maxVehicles", "PLAN-FLEET", SIZE[tested].title, [
      `when ${SIZE[tested].when(limits.maxVehicles)}`,
      "severity 3",
      "effect restrict",
    ]);

  if (limits.functions !== undefined && limits.functions.length > 0)
    add("functions", "PLAN-FUNCTIONS", { en: "A function that is not in the plan", zh: "使用了方案外的功能" }, [
      `when valid(active_function) and not (${limits.functions.map((each) => `using(${quoted(each)})`).join(" or ")})`,
      "severity 3",
      "effect restrict",
    ]);
  return { rules, unenforced };
}

const NO_REGION: Text = {
  en: "the registry of regions has nothing of that name or code",
  zh: "区域登记中没有该名称或代码",
};
const OTHER_KIND: Text = {
  en: "the registry has it as another kind: areas limit regions, road lists limit roads",
  zh: "登记的类别不符：区域用面，道路用线",
};
const OTHERS_MISSING: Text = {
  en: "other regions of the plan are not in the registry; what lies outside of all cannot be told",
  zh: "方案的其他区域尚未登记，无法判定是否全部超出",
};
const NO_TIME: Text = { en: "begins when it ends", zh: "起止时刻相同" };

/** Texts of the language know no escapes but those of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
