/** A new command: consequence first, then what it asks, then why. Ranges are those of the vehicle's edition, as the gateway reads it. */
import { SegmentedControl, Select, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/client.ts";
import type { VehicleCommand } from "../api/shapes/commands.ts";
import type { Vehicle } from "../api/shapes/telemetry.ts";
import { bodyOf, emptyDraft, isComplete, type CommandDraft } from "../lib/command-draft.ts";
import { editionOf, needsSecondPerson } from "../lib/commands.ts";
import { DialogForm } from "../ui/DialogForm.tsx";
import { ControlFields } from "./ControlFields.tsx";
import { ParameterChoice } from "./ParameterChoice.tsx";
import { SettingFields } from "./SettingFields.tsx";
import { useParameterEdition } from "./use-parameter-edition.ts";

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
  const tablesOf = useParameterEdition();
  // Controls have no parameters.
  const tables = kind === "control" ? edition : tablesOf(edition);
  const [draft, setDraft] = useState<CommandDraft>(emptyDraft);
  const [tried, setTried] = useState(false);
  // The same dialog never asks twice, however often it is sent.
  const [key] = useState(() => crypto.randomUUID());
  const patch = (change: Partial<CommandDraft>): void => setDraft((value) => ({ ...value, ...change }));
  const second = needsSecondPerson(
    kind,
    draft.settings.map(({ id }) => id),
  );

  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isComplete(kind, draft, tables)) return;
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
  };

  return (
    <DialogForm
      title={t("command:dialog.title")}
      consequences={[
        second ? t("command:dialog.fourEyes") : t("command:dialog.now"),
        ...(vehicle.online ? [] : [t("command:dialog.offline")]),
        <span key="edition" className="faint">
          {!vehicle.edition
            ? t("command:dialog.editionUnknown")
            : tables === edition
              ? t("command:dialog.edition", { edition })
              : t("command:dialog.dialect", { edition, tables })}
        </span>,
        <span key="recorded" className="faint">
          {t("command:dialog.recorded")}
        </span>,
      ]}
      submitText={t("command:dialog.submit")}
      about={kind}
      close={close}
      submit={submit}
    >
      <SegmentedControl
        aria-label={t("command:dialog.kind")}
        value={kind}
        onChange={(value) => {
          setTried(false);
          onKind(KINDS.find((each) => each === value) ?? "query");
        }}
        data={KINDS.map((each) => ({ value: each, label: t(`command:${each}`) }))}
      />
      {kind === "query" && (
        <ParameterChoice
          edition={tables}
          chosen={draft.query}
          error={tried && draft.query.length === 0}
          onChange={(query) => patch({ query })}
        />
      )}
      {kind === "set" && (
        <SettingFields
          edition={tables}
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
    </DialogForm>
  );
}
