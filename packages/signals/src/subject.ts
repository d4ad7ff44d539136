/** What can be supervised: a vehicle, and what sends events. The order is the code in stored rows: append only. */
import type { SignalNames } from "./signal.ts";

export const SUBJECT_KINDS = ["vehicle", "ai_service", "backend_account", "platform"] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export const SUBJECT_NAMES: Readonly<Record<SubjectKind, SignalNames>> = {
  vehicle: { en: "vehicle", zh: "车辆" },
  ai_service: { en: "AI service", zh: "人工智能服务" },
  backend_account: { en: "backend account", zh: "后台账号" },
  platform: { en: "platform", zh: "平台" },
};

export function isSubjectKind(text: string): text is SubjectKind {
  return (SUBJECT_KINDS as readonly string[]).includes(text);
}
