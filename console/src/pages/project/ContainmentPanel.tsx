/** The limits of the plan as rules at work, how each stands, and what no rule can enforce. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { containmentQuery } from "../../api/queries.ts";
import type { LimitMargin, ProjectDetail } from "../../api/types.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { limitName } from "../../lib/limits.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Tag } from "../../ui/Tag.tsx";
import { RecordTable } from "./RecordTable.tsx";

export function ContainmentPanel({ project, margins }: { project: ProjectDetail; margins: readonly LimitMargin[] }) {
  const { t } = useTranslation("project");
  const language = useLanguage();
  const { data } = useQuery(containmentQuery(project.id));
  if (data === undefined || data.rules.length + data.unenforced.length === 0) return null;
  return (
    <RecordTable
      title={t("containment.title")}
      hint={t("containment.hint")}
      heads={[t("containment.limit"), t("containment.rule"), t("containment.judged"), t("containment.state")]}
      rows={[
        ...data.rules.map((rule) => ({
          key: rule.versionHash,
          cells: [
            limitName(rule.limit, language),
            <span key="rule" title={`${rule.trigger} v${rule.version}`}>
              <b>{inLanguage(rule.title, language)}</b>{" "}
              <span className="quiet">{inLanguage(rule.sentence, language)}</span>
            </span>,
            t(`containment.feeds.${rule.feed}`),
            <StateTag
              key="state"
              screened={rule.feed === "screening"}
              margins={margins.filter(({ limit }) => limit === rule.trigger)}
            />,
          ],
        })),
        ...data.unenforced.map((each) => ({
          key: `${each.limit} ${each.value}`,
          cells: [
            limitName(each.limit, language),
            each.value,
            inLanguage(each.reason, language),
            <Tag key="state" tone="warn">
              {t("containment.states.unenforced")}
            </Tag>,
          ],
        })),
      ]}
    />
  );
}

/** Of all vehicles the worst: broken, undecided for some, kept. */
function StateTag({ margins, screened }: { margins: readonly LimitMargin[]; screened: boolean }) {
  const { t } = useTranslation("project");
  const state = margins.some(({ firing }) => firing === true)
    ? "firing"
    : margins.length === 0
      ? screened
        ? "screened"
        : "waiting"
      : margins.some(({ verdict }) => verdict === "U")
        ? "unknown"
        : "kept";
  const tone = { firing: "bad", waiting: "quiet", screened: "plain", unknown: "unknown", kept: "ok" } as const;
  return <Tag tone={tone[state]}>{t(`containment.states.${state}`)}</Tag>;
}
