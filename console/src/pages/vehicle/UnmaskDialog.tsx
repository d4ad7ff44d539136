import { PURPOSES, purposesOf } from "@sandglass/casework";
import { Button, Group, Modal, NativeSelect, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";

interface UnmaskDialogProps {
  readonly vehicleId: string;
  readonly opened: boolean;
  close(): void;
  onVin(vin: string): void;
}

/** A full VIN is personal data: it is shown for a reason, and the reason is kept. */
export function UnmaskDialog({ vehicleId, opened, close, onVin }: UnmaskDialogProps) {
  const { t } = useTranslation(["vehicle", "common"]);
  const language = useLanguage();
  const { data: actor } = useQuery(sessionQuery);
  const purposes = purposesOf(actor?.role ?? "");
  const [reason, setReason] = useState("");
  const [chosen, setChosen] = useState("");
  const purpose = chosen || (purposes[0] ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const answer = await request<{ vin: string }>(`/vehicles/${vehicleId}/unmask`, {
        method: "POST",
        body: { reason: reason.trim(), ...(purpose === "" ? {} : { purpose }) },
      });
      onVin(answer.vin);
      setReason("");
      close();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("vehicle:unmask.title")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <p className="quiet">{t("vehicle:unmask.note")}</p>
        {purposes.length > 0 && (
          <NativeSelect
            mt="sm"
            label={t("vehicle:unmask.purpose")}
            data={purposes.map((code) => ({ value: code, label: PURPOSES[code].title[language] }))}
            value={purpose}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        )}
        <Textarea
          mt="sm"
          label={t("common:reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
          minLength={4}
          maxLength={400}
          autosize
          minRows={2}
          data-autofocus
          error={error === undefined ? undefined : errorText}
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={reason.trim().length < 4}>
            {t("vehicle:unmask.confirm")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
