/** Events of a service and an account, and what is found of them whatever the order in which they arrive. */
import { SUBJECT_KINDS } from "@sandglass/signals";
import { eventRow } from "../../journal/event-rows.fixture.ts";
import type { EventRow } from "../../journal/mod.ts";
import { compile } from "../feed.fixture.ts";

export const SET = compile(`
trigger RATE version 1 "Unsafe output rate" / "不当输出率" { applies to ai_service ;
  when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) > 0.1 for 10 s ; severity 2 ;
  severity 3 when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) > 0.3 ;
  clear when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) < 0.05 ; effect warn ; }
trigger COMPLAINT version 1 "Complaint not closed" / "投诉未办结" { applies to ai_service ;
  when after complaint_received, no complaint_closed within 30 s ; severity 1 ; cooldown 2 min ; }
trigger LOGIN version 1 "Failed logins" / "登录失败" { applies to backend_account ;
  when login_failed at least 3 times in last 5 min ; severity 2 ; suppressed by CHANGED ; }
trigger CHANGED version 1 "Changed" / "变更" { applies to backend_account ;
  when config_changed within last 1 min ; severity 1 ; }`);

export const T0 = Date.UTC(2026, 10, 22, 8);
export const CHAT = 0x1234_5678n;
export const ROOT = 0x2345_6789n;

let number = 0;
export function event(subject: bigint, second: number, name: string, more: Partial<EventRow> = {}): EventRow {
  const time = T0 + Math.round(second * 1000);
  return eventRow(number++, {
    subject,
    kind: SUBJECT_KINDS.indexOf(subject === CHAT ? "ai_service" : "backend_account"),
    time,
    received: time + 200,
    name,
    value: undefined,
    attributes: '{"fields":{}}',
    ...more,
  });
}
export const counter = (second: number, name: string, value: number, temporality: "delta" | "cumulative"): EventRow =>
  event(CHAT, second, name, {
    value,
    attributes: JSON.stringify({ fields: {}, counter: { temporality, monotonic: true, start: 1 } }),
  });

let seed = 1;
export const reseed = (to: number): void => void (seed = to);
export const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;

/** Events of a service and an account in order of time; counters of both kinds, several events of one instant. */
export function recording(seconds: number): EventRow[] {
  const rows: EventRow[] = [];
  let total = 0;
  for (let s = 0; s < seconds; s += 5) {
    const isBad = Math.floor(s / 150) % 2 === 1;
    rows.push(counter(s, "outputs_flagged", Math.floor(random() * (isBad ? 60 : 8)), "delta"));
    total += 50 + Math.floor(random() * 100);
    rows.push(counter(s, "outputs_total", total, "cumulative"));
    if (random() < 0.05) rows.push(event(CHAT, s + 1 + random(), "complaint_received"));
    if (random() < 0.04) rows.push(event(CHAT, s + 2 + random(), "complaint_closed"));
    if (random() < 0.05) rows.push(event(ROOT, s + random() * 5, "login_failed"));
    if (random() < 0.015) rows.push(event(ROOT, s + random() * 5, "config_changed"));
  }
  return rows.toSorted((a, b) => a.time - b.time);
}

/** What must not depend on arrival: everything but sequence numbers, receive times and what was taken back. */
export const CONFIRMED = `select id, trigger_id, level, status, subject_kind, subject_id, suppressed_by, effect, onset, condition_since, onset_observed, cleared_at, margin_value,
  (select jsonb_agg(w - 'seq' order by w - 'seq') from jsonb_array_elements(witnesses) w) as witnesses
  from findings where (confirmed or status = 'suppressed') and status <> 'retracted' order by id`;
