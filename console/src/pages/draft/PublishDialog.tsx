import { Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { backtestsQuery, type Draft } from "../../api/rules.ts";
import { formatInstant } from "../../lib/format.ts";
import { ReasonDialog } from "./ReasonDialog.tsx";
import styles from "./draft.module.css";

/** Puts the draft in force, with a finished backtest of exactly its text. */
export function PublishDialog({ draft, close, onPublished }: { draft: Draft; close(): void; onPublished(): void }) {
  const { t } = useTranslation(["draft", "common"]);
  const query = useQuery({ ...backtestsQuery(draft.setHash ?? ""), enabled: draft.setHash !== null });
  const finished = (query.data?.items ?? []).filter(({ state }) => state === "done");
  const [chosen, setChosen] = useState<string>();
  const backtest = chosen ?? finished[0]?.id;
  return (
    <ReasonDialog
      title={t("draft:govern.publish")}
      consequences={[
        t("draft:govern.consequence.now"),
        t("draft:govern.consequence.replaces"),
        t("draft:govern.consequence.version"),
        t("draft:govern.recorded"),
      ]}
      submitText={t("draft:govern.publish")}
      disabled={backtest === undefined}
      close={close}
      submit={async (reason) => {
        await request(`/rules/drafts/${draft.id}/publish`, { method: "POST", body: { backtest, reason } });
        notifications.show({
          message: t("draft:govern.done"),
          withCloseButton: true,
          closeButtonProps: { "aria-label": t("common:close") },
        });
        onPublished();
      }}
    >
      {query.data && finished.length === 0 ? (
        <p className={styles.note} role="alert">
          {t("draft:govern.noBacktest")}
        </p>
      ) : (
        <Select
          label={t("draft:govern.backtest")}
          withAsterisk
          allowDeselect={false}
          value={backtest ?? null}
          data={finished.map(({ id, requestedAt, requestedBy, rowsDone }) => ({
            value: id,
            label: [
              formatInstant(Date.parse(requestedAt)),
              requestedBy ?? "",
              t("draft:govern.rows", { count: rowsDone }),
            ].join(" · "),
          }))}
          onChange={(value) => setChosen(value ?? undefined)}
        />
      )}
    </ReasonDialog>
  );
}
