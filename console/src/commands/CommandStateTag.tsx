import { useLanguage } from "../i18n/use-language.ts";
import { COMMAND_STATES } from "../lib/commands.ts";
import { label } from "../lib/vocabulary.ts";
import { Tag, type TagTone } from "../ui/Tag.tsx";

const TONES: Readonly<Record<string, TagTone>> = {
  awaiting_approval: "warn",
  queued: "plain",
  sent: "strong",
  answered: "ok",
  refused: "bad",
  timed_out: "bad",
  expired: "quiet",
  rejected: "quiet",
  withdrawn: "quiet",
};

export function CommandStateTag({ state }: { state: string }) {
  const language = useLanguage();
  return (
    <Tag tone={TONES[state] ?? "plain"} title={state}>
      {label(COMMAND_STATES, state, language)}
    </Tag>
  );
}
