/** What forms of a case choose from the case itself, so that nobody types the number of a duty or an incident. */
import type { Obligation } from "../api/types.ts";
import { formatInstant, parseTime } from "./format.ts";
import type { Registers } from "./json-schema.ts";
import type { Term, Terms } from "./vocabulary.ts";

interface CaseCodes {
  readonly obligations?: readonly Obligation[] | undefined;
  readonly incidents?:
    | readonly { readonly id: string; readonly what: string; readonly happenedAt: string }[]
    | undefined;
  readonly findings?: readonly string[] | undefined;
}

const OPEN: ReadonlySet<string | undefined> = new Set(["pending", "paused", "overdue"]);
const LONGEST = 60;

export function codesOfCase({ obligations = [], incidents = [], findings = [] }: CaseCodes): Registers {
  const registers: Record<string, Terms> = {
    incident: Object.fromEntries(
      incidents.map(({ id, what, happenedAt }) => [id, dated(same(short(what)), happenedAt)]),
    ),
    finding: Object.fromEntries(findings.map((id) => [id, same(id)])),
  };
  for (const { id, code, title, due, status } of obligations) {
    if (id === undefined || code === undefined || !OPEN.has(status)) continue;
    const register = `duty:${code}`;
    registers[register] = { ...registers[register], [id]: dated(title ?? same(code), due) };
  }
  return registers;
}

const same = (text: string): Term => ({ zh: text, en: text });
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** With the day and hour that tell two of the same kind apart. */
function dated({ zh, en }: Term, time: string | null | undefined): Term {
  const ms = parseTime(time);
  if (ms === undefined) return { zh, en };
  const at = formatInstant(ms).slice(0, 16);
  return { zh: `${zh} · ${at}`, en: `${en} · ${at}` };
}
