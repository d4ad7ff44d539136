import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Draft } from "../../api/rules.ts";
import { formatInstant } from "../../lib/format.ts";
import { DiffLines } from "../../rules/DiffLines.tsx";
import type { DraftEditing } from "./use-draft-text.ts";
import styles from "./draft.module.css";

/** Somebody else saved first: what differs, and the two ways on. */
export function ChangedNotice({ conflict, editing }: { conflict: Draft; editing: DraftEditing }) {
  const { t } = useTranslation("draft");
  return (
    <section className={styles.changed} role="alert">
      <p>
        <strong>
          {t("changed.title", {
            revision: conflict.revision,
            time: formatInstant(Date.parse(conflict.updatedAt)),
          })}
        </strong>{" "}
        {t("changed.next")}
      </p>
      <DiffLines before={conflict.text} after={editing.text} label={t("changed.diff")} />
      <div className={styles.buttons}>
        <Button onClick={editing.takeTheirs}>{t("changed.theirs")}</Button>
        <Button variant="filled" loading={editing.busy} onClick={() => void editing.saveOver()}>
          {t("changed.mine")}
        </Button>
      </div>
    </section>
  );
}
