/** Approve, reject or withdraw: a reason and a button; nothing where this person may do neither. */
import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";
import type { VehicleCommand } from "../api/shapes/commands.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import styles from "./commands.module.css";

const ACTIONS = ["approve", "reject", "withdraw"] as const;
type Action = (typeof ACTIONS)[number];
const MIN_REASON = 3;

export function CommandDecision({ command, onChanged }: { command: VehicleCommand; onChanged(): void }) {
  const { t } = useTranslation(["command", "common"]);
  const { data: actor } = useQuery(sessionQuery);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState<Action>();
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const possible = ACTIONS.filter((action) => command.possibleActions.includes(action));
  if (possible.length === 0)
    return (
      <p className={styles.note}>
        {actor?.id === command.requestedBy.id ? t("command:ownCommand") : t("command:waiting")}
      </p>
    );
  const act = async (action: Action): Promise<void> => {
    setBusy(action);
    setError(undefined);
    try {
      await request(`/commands/${command.id}/actions/${action}`, { method: "POST", body: { reason: reason.trim() } });
      notifications.show({
        message: t(`command:done.${action}`),
        withCloseButton: true,
        closeButtonProps: { "aria-label": t("common:close") },
      });
      setReason("");
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(undefined);
      onChanged();
    }
  };
  const tooShort = reason.trim().length < MIN_REASON;
  return (
    <>
      {possible.includes("withdraw") && !possible.includes("approve") && command.state === "awaiting_approval" && (
        <p className={styles.note}>{t("command:ownCommand")}</p>
      )}
      <Textarea
        mt={6}
        label={possible.includes("approve") ? t("command:decisionReason") : t("command:withdrawReason")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={400}
        autosize
        minRows={2}
        maxRows={4}
        error={error === undefined ? undefined : errorText}
      />
      <div className={styles.buttons}>
        {possible.map((action) => (
          <Button
            key={action}
            variant={action === "approve" ? "filled" : "default"}
            disabled={tooShort || (busy !== undefined && busy !== action)}
            loading={busy === action}
            onClick={() => void act(action)}
          >
            {t(`command:${action}`)}
          </Button>
        ))}
      </div>
    </>
  );
}
