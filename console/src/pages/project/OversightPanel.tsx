import { useTranslation } from "react-i18next";
import type { ProjectReview } from "../../api/reviews.ts";
import { RecordTable } from "./RecordTable.tsx";
import { at, useChoice } from "./words.ts";

/** Who answers for the project in the authority, what was demanded and seen, and the access permits that bring duties. */
export function OversightPanel({ review }: { review: ProjectReview }) {
  const { t } = useTranslation("review");
  const choice = useChoice();
  const { commissioner, informationRequests, inspections, accessPermits } = review;
  return (
    <>
      <RecordTable
        title={t("oversight")}
        hint={
          commissioner === null
            ? t("noCommissioner")
            : t("commissioner", { name: [commissioner.name, commissioner.contact].filter(Boolean).join(" · ") })
        }
        heads={[t("kind"), t("what"), t("answer"), t("time")]}
        rows={[
          ...informationRequests.map((each, index) => ({
            key: `demand ${index}`,
            cells: [t("demand"), each.what, each.answer ?? t("unanswered"), at(each.answeredAt ?? each.at)],
          })),
          ...inspections.map((each, index) => ({
            key: `inspection ${index}`,
            cells: [
              `${choice(each.mode)} · ${t(each.announced ? "announced" : "unannounced")}`,
              [each.place, each.findings].filter(Boolean).join(": "),
              "",
              at(each.at),
            ],
          })),
        ]}
      />
      {accessPermits.length > 0 && (
        <RecordTable
          title={t("accessPermits")}
          heads={[t("product"), t("permit"), t("time")]}
          rows={accessPermits.map((each) => ({
            key: each.permit,
            cells: [each.product, each.permit, at(each.grantedAt)],
          }))}
        />
      )}
    </>
  );
}
