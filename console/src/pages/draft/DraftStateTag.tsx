import { useTranslation } from "react-i18next";
import type { Draft } from "../../api/rules.ts";
import { Tag, type TagTone } from "../../ui/Tag.tsx";

const TONES: Readonly<Record<Draft["state"], TagTone>> = { draft: "plain", published: "ok", withdrawn: "quiet" };

export function DraftStateTag({ state }: { state: Draft["state"] }) {
  const { t } = useTranslation("draft");
  return <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>;
}
