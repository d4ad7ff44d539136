/** Consequences, further fields, a reason, and a button. */
import { Button, Group, Modal, Textarea } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import casework from "../../casework/casework.module.css";
import { useErrorText } from "../../i18n/use-error-text.ts";

/** As the API asks. */
const MIN_REASON = 5;

interface ReasonDialogProps {
  readonly title: string;
  readonly consequences: readonly string[];
  readonly submitText: string;
  readonly children?: ReactNode;
  readonly disabled?: boolean;
  close(): void;
  submit(reason: string): Promise<void>;
}

export function ReasonDialog(props: ReasonDialogProps) {
  const { title, consequences, submitText, children, disabled = false, close, submit } = props;
  const { t } = useTranslation(["draft", "common"]);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await submit(reason.trim());
      close();
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={title} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <ul className={casework.consequences}>
          {consequences.map((consequence) => (
            <li key={consequence}>{consequence}</li>
          ))}
        </ul>
        <div className={casework.form}>
          {children}
          <Textarea
            label={t("common:reason")}
            description={t("draft:govern.reasonHint")}
            withAsterisk
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={2000}
            autosize
            minRows={2}
            maxRows={6}
          />
        </div>
        {error !== undefined && (
          <div className={casework.refusal} role="alert">
            <strong>{errorText}</strong>
          </div>
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={disabled || reason.trim().length < MIN_REASON}
          >
            {submitText}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
