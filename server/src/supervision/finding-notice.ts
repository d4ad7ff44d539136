/** What is told of a change to a finding after its commit, for live screens. */
import { subjectIdOf } from "../access/mod.ts";
import type { FindingChange, OtherSubject } from "./finding-change.ts";

/** Whom a vehicle, or what stands in its place, belongs to: nobody has to look it up to know who may hear of it. */
export interface NoticeOwner {
  readonly organisation?: string | undefined;
  readonly region?: string | undefined;
}

export interface FindingNotice {
  readonly kind: FindingChange["kind"] | "superseded";
  readonly id: string;
  /** `veh_…`; absent for superseded ones. */
  readonly vehicle?: string;
  /** Of a subject that is no vehicle, with its owner. */
  readonly subject?: OtherSubject;
  readonly level?: number;
  readonly trigger?: string;
  readonly project?: string;
  /** Whom the vehicle belongs to. */
  readonly organisation?: string;
  readonly region?: string;
}

export function noticeOf(change: FindingChange, { organisation, region }: NoticeOwner = {}): FindingNotice {
  const { kind, finding } = change;
  const owner = {
    ...(organisation === undefined ? {} : { organisation }),
    ...(region === undefined ? {} : { region }),
  };
  const { id, vehicle, subject } = finding;
  const about =
    subject === undefined
      ? { vehicle: subjectIdOf("vehicle", vehicle), ...owner }
      : { subject: { ...subject, ...owner } };
  const base = { kind, id, ...about };
  if (change.kind === "confirmed") return base;
  const { trigger, project } = change.finding;
  const level = "level" in change ? change.level : "level" in change.finding ? change.finding.level : undefined;
  return { ...base, trigger, ...(project === undefined ? {} : { project }), ...(level === undefined ? {} : { level }) };
}
