import { useTranslation } from "react-i18next";
import type { Verdict } from "../../api/quality.ts";
import { Tag } from "../../ui/Tag.tsx";

const TONES = { pass: "ok", fail: "bad", unknown: "unknown" } as const;

export function VerdictTag({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation("quality");
  return <Tag tone={TONES[verdict]}>{t(`verdicts.${verdict}`)}</Tag>;
}
