/** What forms of a case choose from the case itself, so that nobody types the number of a duty or an incident. */
import type { ActionRecord, Obligation } from "../api/shapes/cases.ts";
import { formatInstant, parseTime } from "./format.ts";
import type { Registers } from "./json-schema.ts";
import type { Term, Terms } from "./vocabulary.ts";

interface CaseCodes {
  readonly obligations?: readonly Obligation[] | undefined;
  readonly incidents?:
    | readonly { readonly id: string; readonly what: string; readonly happenedAt: string }[]
    | undefined;
  readonly findings?: readonly string[] | undefined;
  /** What a duty is about, by its subject: a finding by its rule, a demand by its words. */
  readonly subjects?: Terms | undefined;
}

const OPEN: ReadonlySet<string | undefined> = new Set(["pending", "paused", "overdue"]);
const LONGEST = 60;

/** What duties of a case are about, by their subjects: the rule of a finding, the words of a demand or an incident. */
export function subjectsOf(actions: readonly ActionRecord[]): Terms {
  return Object.fromEntries(
    actions.flatMap(({ id, input }): [string, Term][] => {
      const { finding, title, trigger, what } = input ?? {};
      if (typeof finding === "string" && typeof trigger === "string")
        return [
          [
            finding,
            isTerm(title) ? { zh: `${title.zh}（${trigger}）`, en: `${title.en} (${trigger})` } : same(trigger),
          ],
        ];
      return typeof what === "string" && id !== undefined ? [[id, same(short(what))]] : [];
    }),
  );
}

function isTerm(value: unknown): value is Term {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}

export function codesOfCase({ obligations = [], incidents = [], findings = [], subjects = {} }: CaseCodes): Registers {
  const registers: Record<string, Terms> = {
    incident: Object.fromEntries(
      incidents.map(({ id, what, happenedAt }) => [id, dated(same(short(what)), happenedAt)]),
    ),
    finding: Object.fromEntries(findings.map((id) => [id, same(id)])),
  };
  for (const { id, code, title, due, dueAt, status, subject } of obligations) {
    if (id === undefined || code === undefined || !OPEN.has(status)) continue;
    const register = `duty:${code}`;
    const about = subject === null || subject === undefined ? undefined : subjects[subject];
    registers[register] = {
      ...registers[register],
      [id]: dated(withSubject(title ?? same(code), about), due ?? dueAt),
    };
  }
  return registers;
}

const same = (text: string): Term => ({ zh: text, en: text });
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

const withSubject = ({ zh, en }: Term, about: Term | undefined): Term =>
  about === undefined ? { zh, en } : { zh: `${zh} · ${about.zh}`, en: `${en} · ${about.en}` };

/** With the day and hour that tell two of the same kind apart. */
function dated({ zh, en }: Term, time: string | null | undefined): Term {
  const ms = parseTime(time);
  if (ms === undefined) return { zh, en };
  const at = formatInstant(ms).slice(0, 16);
  return { zh: `${zh} · ${at}`, en: `${en} · ${at}` };
}
