import { useTranslation } from "react-i18next";
import type { PublishedRule } from "../api/rules.ts";
import { formatInstant } from "../lib/format.ts";
import { Tag } from "../ui/Tag.tsx";

/** What became of a version that a plan is pinned to; nothing while it is the newest in force. */
export function PublishedRuleState({ rule: { newer, endedAt } }: { rule: Pick<PublishedRule, "newer" | "endedAt"> }) {
  const { t } = useTranslation("rule");
  const time = (at: string): string => formatInstant(Date.parse(at));
  if (newer === null && endedAt === null) return null;
  return (
    <Tag tone="warn">
      {newer === null
        ? t("versions.ended", { time: time(endedAt ?? "") })
        : t("versions.newer", { version: newer.version, time: time(newer.publishedAt) })}
    </Tag>
  );
}
