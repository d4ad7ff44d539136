import { Button, Group, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useState, type FormEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { CaseDefinition } from "../api/cases.ts";
import { ApiError } from "../api/client.ts";
import type { PossibleAction } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import {
  changedOnly,
  cleanValue,
  fieldLabel,
  initialValue,
  keptFields,
  missingFields,
  presentValue,
  withOffers,
  type FormValue,
} from "../lib/json-schema.ts";
import { ACTION_NAMES, inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import { actionTarget } from "./actions.ts";
import styles from "./casework.module.css";
import { Consequences } from "./Consequences.tsx";
import { DraftNote } from "./DraftNote.tsx";
import { PurposeField } from "./PurposeField.tsx";
import { Refusal } from "./Refusal.tsx";
import { useNamedSchema } from "./registers.ts";
import { SchemaForm } from "./SchemaForm.tsx";
import { useDraft } from "./use-draft.ts";
import { usePreview } from "./use-preview.ts";
import { wrongField } from "./wrong-field.ts";

interface ActionDialogProps {
  /** Where its draft is kept: `/cases/ID` or `/case-types/KIND`. */
  readonly draftPath: string;
  /** The version of the case that the page shows. */
  readonly version: number | undefined;
  readonly action: PossibleAction;
  readonly definition: CaseDefinition | undefined;
  readonly states: Terms;
  /** What the case has of the fields of the form already; only what differs is sent. */
  readonly present?: FormValue | undefined;
  /** The case is about a vehicle, and so about a person: what it is done for can be named. */
  readonly isPersonal?: boolean | undefined;
  /** @param version the version that the person has seen */
  send(
    input: Readonly<Record<string, unknown>>,
    version: number | undefined,
    purpose: string | undefined,
  ): Promise<unknown>;
  close(): void;
  onDone(): void;
}

const NOTHING = {};

/** To the first field that is left blank or does not fit, once it is marked. */
function focusWrong(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** Enter on a list that is closed is meant for the list: it must not send what cannot be taken back. */
function holdBack(event: KeyboardEvent): void {
  const isClosedList =
    event.target instanceof HTMLElement && event.target.matches('[role="combobox"][aria-expanded="false"]');
  if (event.key === "Enter" && isClosedList) event.preventDefault();
}

/** Consequence first, then the input, then the confirmation. A refusal says what is possible now, or what changed. */
export function ActionDialog(props: ActionDialogProps) {
  const { draftPath, version, action, definition, states, present, isPersonal, send, close, onDone } = props;
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  // The dialog comes and goes with its element, so that it must itself give the focus back to what opened it.
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    },
    [opener],
  );
  const begun = present ?? action.begins ?? undefined;
  const schema = withOffers(useNamedSchema(action.input ?? NOTHING, begun), action.offers ?? NOTHING);
  // What was seen when the form was opened: a newer version must not slip under what is being typed.
  const [seen, setSeen] = useState(version);
  const draft = useDraft(
    draftPath,
    action.name,
    begun === undefined ? initialValue(schema) : presentValue(schema, begun),
    seen,
  );
  // Said after a try to send, and no longer of what has been filled in since.
  const [tried, setTried] = useState(false);
  const missing = new Set(tried ? missingFields(schema, draft.value) : []);
  const [purpose, setPurpose] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const title = action.title ? inLanguage(action.title, language) : label(ACTION_NAMES, action.name, language);
  const target = actionTarget(definition, action, draft.value);
  const kept = present === undefined ? [] : keptFields(schema, draft.value, present);
  const input = present === undefined ? cleanValue(schema, draft.value) : changedOnly(schema, draft.value, present);
  const isComplete = missingFields(schema, draft.value).length === 0;
  const foreseen = usePreview(draftPath, action.name, seen, isComplete && !busy ? input : undefined);
  const wrong = wrongField(error ?? foreseen.refusal, schema, language);

  const change = (value: FormValue): void => {
    // What was refused was refused for what stood there then.
    setError(undefined);
    draft.change(value);
  };

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const form = event.currentTarget;
    if (!isComplete) {
      focusWrong(form);
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      draft.sent();
      await send(input, seen, purpose);
      notifications.show({
        message: t("casework:done", { action: title }),
        withCloseButton: true,
        closeButtonProps: { "aria-label": t("common:close") },
      });
      onDone();
      close();
    } catch (cause) {
      setError(cause);
      focusWrong(form);
      if (cause instanceof ApiError && cause.status === 409) {
        // The answer shows what changed; sending again means that it was seen.
        if (cause.code === "SG_CASE_CHANGED" && typeof cause.parameters.version === "number")
          setSeen(cause.parameters.version);
        onDone();
      }
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={close} title={title} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={(event) => void submit(event)} onKeyDown={holdBack} noValidate>
        <Consequences
          action={action}
          target={target}
          states={states}
          foreseen={foreseen}
          wrong={wrong}
          entered={draft.value}
        />
        <div className={styles.form}>
          <SchemaForm schema={schema} value={draft.value} onChange={change} missing={missing} wrong={wrong} />
          {isPersonal && <PurposeField value={purpose} onChange={setPurpose} />}
        </div>
        {kept.length > 0 && (
          <p className="quiet" role="status">
            {t("casework:keepsItsValue", {
              fields: kept
                .map((name) => fieldLabel(name, schema.properties?.[name] ?? {}, language))
                .join(language === "zh" ? "、" : ", "),
            })}
          </p>
        )}
        <DraftNote draft={draft} />
        {error !== undefined && (
          <div className={styles.refusal} role="alert">
            <Refusal error={error} definition={definition} wrong={wrong} />
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
