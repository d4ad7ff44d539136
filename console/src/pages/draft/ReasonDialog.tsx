/** Consequences, further fields, a reason, and a button. */
import { Textarea } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DialogForm } from "../../ui/DialogForm.tsx";

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
  return (
    <DialogForm
      title={title}
      consequences={consequences}
      submitText={submitText}
      disabled={disabled || reason.trim().length < MIN_REASON}
      close={close}
      submit={async () => {
        await submit(reason.trim());
        close();
      }}
    >
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
    </DialogForm>
  );
}
