import { Button, Group, Modal } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import casework from "../casework/casework.module.css";
import { Refusal } from "../casework/Refusal.tsx";

interface DialogFormProps {
  readonly title: ReactNode;
  /** Said before anything is entered: what will happen. */
  readonly consequences?: readonly ReactNode[];
  readonly children?: ReactNode;
  readonly submitText: string;
  readonly disabled?: boolean;
  readonly size?: "md" | "lg";
  /** What a refusal is about: it is shown while this stays the same. */
  readonly about?: string;
  close(): void;
  /** What the dialog is for; what it throws is shown. It closes the dialog itself, or leaves it open for what is missing. */
  submit(): Promise<void>;
}

/** The body of every dialog that does something: consequences, fields, what was refused, cancel and do. */
export function DialogForm(props: DialogFormProps) {
  const { title, consequences = [], children, submitText, disabled = false, size = "lg", about, close, submit } = props;
  const { t } = useTranslation("common");
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ readonly error: unknown; readonly about: string | undefined }>();
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setRefused(undefined);
    try {
      await submit();
    } catch (error) {
      setRefused({ error, about });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={title} size={size} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={(event) => void send(event)} noValidate>
        {consequences.length > 0 && (
          <ul className={casework.consequences}>
            {consequences.map((consequence, index) => (
              <li key={index}>{consequence}</li>
            ))}
          </ul>
        )}
        <div className={casework.form}>{children}</div>
        {refused !== undefined && refused.about === about && (
          <div className={casework.refusal} role="alert">
            <Refusal error={refused.error} definition={undefined} />
          </div>
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={close}>{t("cancel")}</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={disabled}>
            {submitText}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
