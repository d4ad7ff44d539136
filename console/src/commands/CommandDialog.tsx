/** A new command: consequence first, then what it asks, then why. Ranges are those of the vehicle's edition. */
import { Button, Group, Modal, SegmentedControl, Select, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/client.ts";
import type { Vehicle, VehicleCommand } from "../api/types.ts";
import casework from "../casework/casework.module.css";
import { useErrorText } from "../i18n/use-error-text.ts";
import { bodyOf, emptyDraft, isComplete, type CommandDraft } from "../lib/command-draft.ts";
import { editionOf, needsSecondPerson } from "../lib/commands.ts";
import { ControlFields } from "./ControlFields.tsx";
import { ParameterChoice } from "./ParameterChoice.tsx";
import { SettingFields } from "./SettingFields.tsx";

const KINDS = ["query", "set", "control"] as const;
const EXPIRIES = { m10: "600", h1: "3600", d1: "86400", d7: "604800" } as const;

interface CommandDialogProps {
  readonly vehicle: Vehicle;
  readonly kind: VehicleCommand["kind"];
  onKind(kind: VehicleCommand["kind"]): void;
  close(): void;
  onAsked(id: string): void;
}

export function CommandDialog({ vehicle, kind, onKind, close, onAsked }: CommandDialogProps) {
  const { t } = useTranslation(["command", "common"]);
  const edition = editionOf(vehicle.edition);
  const [draft, setDraft] = useState<CommandDraft>(emptyDraft);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  // The same dialog never asks twice, however often it is sent.
  const [key] = useState(() => crypto.randomUUID());
  const errorText = useErrorText(error);
  const patch = (change: Partial<CommandDraft>): void => setDraft((value) => ({ ...value, ...change }));
  const second = needsSecondPerson(
    kind,
    draft.settings.map(({ id }) => id),
  );

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (!isComplete(kind, draft, edition)) return;
    setBusy(true);
    setError(undefined);
    try {
      const command = await request<VehicleCommand>(`/vehicles/${vehicle.id}/commands`, {
        method: "POST",
        body: bodyOf(kind, draft),
        headers: { "idempotency-key": key },
      });
      notifications.show({
        message: t("command:done.asked"),
        withCloseButton: true,
        closeButtonProps: { "aria-label": t("common:close") },
      });
      onAsked(command.id);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      opened
      onClose={close}
      title={t("command:dialog.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <ul className={casework.consequences}>
          <li>{second ? t("command:dialog.fourEyes") : t("command:dialog.now")}</li>
          {!vehicle.online && <li>{t("command:dialog.offline")}</li>}
          <li className="faint">
            {vehicle.edition ? t("command:dialog.edition", { edition }) : t("command:dialog.editionUnknown")}
          </li>
          <li className="faint">{t("command:dialog.recorded")}</li>
        </ul>
        <div className={casework.form}>
          <SegmentedControl
            aria-label={t("command:dialog.kind")}
            value={kind}
            onChange={(value) => {
              setTried(false);
              setError(undefined);
              onKind(KINDS.find((each) => each === value) ?? "query");
            }}
            data={KINDS.map((each) => ({ value: each, label: t(`command:${each}`) }))}
          />
          {kind === "query" && (
            <ParameterChoice
              edition={edition}
              chosen={draft.query}
              error={tried && draft.query.length === 0}
              onChange={(query) => patch({ query })}
            />
          )}
          {kind === "set" && (
            <SettingFields
              edition={edition}
              settings={draft.settings}
              tried={tried}
              onChange={(settings) => patch({ settings })}
            />
          )}
          {kind === "control" && <ControlFields edition={edition} draft={draft} tried={tried} onChange={patch} />}
          <Textarea
            label={t("common:reason")}
            description={t("command:dialog.reasonHint")}
            withAsterisk
            value={draft.reason}
            onChange={(event) => patch({ reason: event.currentTarget.value })}
            maxLength={400}
            autosize
            minRows={2}
            maxRows={4}
            error={tried && draft.reason.trim().length < 3 ? t("command:dialog.incomplete") : undefined}
          />
          <Select
            label={t("command:dialog.expires")}
            allowDeselect={false}
            w={160}
            value={draft.expiresInSeconds}
            onChange={(value) => patch({ expiresInSeconds: value ?? "3600" })}
            data={Object.entries(EXPIRIES).map(([name, value]) => ({
              value,
              label: t(`command:dialog.expiry.${name as keyof typeof EXPIRIES}`),
            }))}
          />
        </div>
        {error !== undefined && (
          <div className={casework.refusal} role="alert">
            <strong>{errorText}</strong>
          </div>
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button type="submit" variant="filled" loading={busy}>
            {t("command:dialog.submit")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
