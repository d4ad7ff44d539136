import { Button, Group, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, request } from "../api/client.ts";
import type { PossibleAction } from "../api/types.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { cleanValue, initialValue, missingFields, type FormValue } from "../lib/json-schema.ts";
import {
  ACTION_NAMES,
  CERTAINTY,
  DOCUMENT_NAMES,
  inLanguage,
  label,
  OBLIGATION_NAMES,
  type Terms,
} from "../lib/vocabulary.ts";
import { actionTarget } from "./actions.ts";
import styles from "./casework.module.css";
import { SchemaForm } from "./SchemaForm.tsx";

interface ActionDialogProps {
  readonly path: string;
  readonly kind: "sandbox-project" | "hazard-order";
  readonly version: number | undefined;
  readonly action: PossibleAction;
  readonly states: Terms;
  close(): void;
  onDone(): void;
}

/** Consequence first, then the input, then the confirmation. A refusal says what is possible now. */
export function ActionDialog({ path, kind, version, action, states, close, onDone }: ActionDialogProps) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const schema = action.input ?? {};
  const [value, setValue] = useState<FormValue>(() => initialValue(schema));
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const title = action.title ? inLanguage(action.title, language) : label(ACTION_NAMES, action.name, language);
  const target = actionTarget(kind, action.name);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const blank = missingFields(schema, value);
    setMissing(new Set(blank));
    if (blank.length > 0) return;
    setBusy(true);
    setError(undefined);
    try {
      await request(`${path}/actions/${action.name}`, {
        method: "POST",
        body: { ...(version === undefined ? {} : { version }), input: cleanValue(schema, value) },
      });
      notifications.show({
        message: t("casework:done", { action: title }),
        withCloseButton: true,
        closeButtonProps: { "aria-label": t("common:close") },
      });
      onDone();
      close();
    } catch (cause) {
      setError(cause);
      if (cause instanceof ApiError && cause.status === 409) onDone();
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={close} title={title} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <ul className={styles.consequences}>
          <li>
            {target.to.length > 0
              ? t("casework:leadsTo", { state: target.to.map((state) => label(states, state, language)).join(" / ") })
              : t("casework:staysInState")}
          </li>
          {target.documents.length > 0 && (
            <li>
              {t("casework:issues", {
                documents: target.documents
                  .map((code) => label(DOCUMENT_NAMES, code, language))
                  .join(language === "zh" ? "、" : ", "),
              })}
            </li>
          )}
          {target.obligations.length > 0 && (
            <li>
              {t("casework:opens", {
                obligations: target.obligations
                  .map((code) => label(OBLIGATION_NAMES, code, language))
                  .join(language === "zh" ? "、" : ", "),
              })}
            </li>
          )}
          {action.fourEyes && (
            <li>{action.fourEyes.proposedBy ? t("casework:secondPerson") : t("casework:fourEyesLong")}</li>
          )}
          {(action.conditions ?? []).map((condition) => (
            <li key={condition.code}>{t("casework:condition", { text: inLanguage(condition.text, language) })}</li>
          ))}
          {target.basis && (
            <li className="faint">
              {t("casework:basis", {
                source: `${target.basis.requirement} ${target.basis.source}`,
                certainty: label(CERTAINTY, target.basis.certainty, language),
              })}
            </li>
          )}
          <li className="faint">{t("casework:recorded")}</li>
        </ul>
        <div className={styles.form}>
          <SchemaForm schema={schema} value={value} onChange={setValue} missing={missing} />
        </div>
        {error !== undefined && (
          <div className={styles.refusal} role="alert">
            <strong>{errorText}</strong>
            {error instanceof ApiError && (
              <>
                <code>
                  {error.code}
                  {error.requestId ? ` · ${error.requestId}` : ""}
                </code>
                {error.possible !== undefined && (
                  <span>
                    {error.possible.length > 0
                      ? t("casework:possibleNow", {
                          actions: error.possible
                            .map((name) => label(ACTION_NAMES, name, language))
                            .join(language === "zh" ? "、" : ", "),
                        })
                      : t("casework:nothingPossible")}
                  </span>
                )}
              </>
            )}
          </div>
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button type="submit" variant="filled" {...(target.danger ? { color: "danger" } : {})} loading={busy}>
            {t("casework:confirm", { action: title })}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
