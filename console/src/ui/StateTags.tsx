import { useLanguage } from "../i18n/use-language.ts";
import { CASE_STATES, FINDING_STATUS, inLanguage, label, PROJECT_STATES, type Term } from "../lib/vocabulary.ts";
import { Tag, type TagTone } from "./Tag.tsx";

const PROJECT_TONES: Readonly<Record<string, TagTone>> = {
  SUSPENDED: "bad",
  TERMINATING: "bad",
  TERMINATED: "quiet",
  RESTRICTED: "warn",
  TESTING: "ok",
  LAPSED: "quiet",
  REFUSED: "quiet",
  EXITED_TO_ROUTINE: "quiet",
  EXITED_PROMOTED: "quiet",
  EXITED_WITH_CONDITIONS: "quiet",
  EXITED_WITHDRAWN: "quiet",
  EXITED_EXPIRED: "quiet",
};

export function ProjectStateTag({ state }: { state: string }) {
  const language = useLanguage();
  return (
    <Tag tone={PROJECT_TONES[state] ?? "plain"} title={state}>
      {label(PROJECT_STATES, state, language)}
    </Tag>
  );
}

const CASE_TONES: Readonly<Record<string, TagTone>> = {
  DETECTED: "strong",
  OPEN: "strong",
  REOPENED: "strong",
  ESCALATED_LOCAL: "warn",
  RESOLVED: "ok",
  CLOSED: "quiet",
};

/** @param title name of the state in the case's own procedure */
export function CaseStateTag({ state, title }: { state: string; title?: Term | undefined }) {
  const language = useLanguage();
  return (
    <Tag tone={CASE_TONES[state] ?? "plain"} title={state}>
      {title ? inLanguage(title, language) : label(CASE_STATES, state, language)}
    </Tag>
  );
}

const FINDING_TONES: Readonly<Record<string, TagTone>> = {
  firing: "strong",
  cleared: "plain",
  superseded: "quiet",
  retracted: "quiet",
};

export function FindingStatusTag({ status }: { status: string }) {
  const language = useLanguage();
  return <Tag tone={FINDING_TONES[status] ?? "plain"}>{label(FINDING_STATUS, status, language)}</Tag>;
}
