import { NumberInput, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Facts, Panel } from "../../ui/Panel.tsx";
import type { RuleGovernance } from "../../api/rules.ts";
import type { DraftEditing } from "./use-draft-text.ts";
import styles from "./draft.module.css";

/** Who stands for the rule; saved with the draft, carried by the publication. */
export function GovernanceFields({ editing, editable }: { editing: DraftEditing; editable: boolean }) {
  const { t } = useTranslation("draft");
  const { governance } = editing;
  const { owner, deadlineHours, approvers = [] } = governance;
  if (!editable)
    return (
      <Panel title={t("govern.responsible")}>
        <GovernanceFacts governance={governance} />
      </Panel>
    );
  return (
    <Panel title={t("govern.responsible")} hint={t("govern.responsibleHint")}>
      <div className={styles.ask}>
        <TextInput
          label={t("govern.owner")}
          placeholder={t("govern.ownerHint")}
          w={280}
          maxLength={200}
          value={owner ?? ""}
          onChange={(event) => {
            const { value } = event.currentTarget;
            editing.setGovernance({ owner: value === "" ? undefined : value });
          }}
        />
        <NumberInput
          label={t("govern.deadline")}
          suffix={` ${t("govern.hours")}`}
          w={150}
          min={0}
          max={8784}
          allowNegative={false}
          decimalScale={1}
          value={deadlineHours ?? ""}
          onChange={(value) =>
            editing.setGovernance({ deadlineHours: typeof value === "number" && value > 0 ? value : undefined })
          }
        />
        <TagsInput
          label={t("govern.approvers")}
          placeholder={approvers.length === 0 ? t("govern.approversHint") : ""}
          w={360}
          maxTags={20}
          maxLength={100}
          value={[...approvers]}
          onChange={(value) => editing.setGovernance({ approvers: value.length === 0 ? undefined : value })}
        />
      </div>
    </Panel>
  );
}

export function GovernanceFacts({ governance: { owner, deadlineHours, approvers } }: { governance: RuleGovernance }) {
  const { t } = useTranslation("draft");
  return (
    <div className={styles.narrow}>
      <Facts
        facts={[
          { name: t("govern.owner"), value: owner ?? t("govern.notNamed") },
          {
            name: t("govern.deadline"),
            value: deadlineHours === undefined ? t("govern.noDeadline") : t("govern.inHours", { hours: deadlineHours }),
          },
          {
            name: t("govern.approvers"),
            value: approvers === undefined || approvers.length === 0 ? t("govern.anyApprover") : approvers.join("、"),
          },
        ]}
      />
    </div>
  );
}
