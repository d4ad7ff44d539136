import { sourceIn } from "@sandglass/casework";
import { Button, Group, Modal, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import {
  bulkChoicesQuery,
  bulkRowsQuery,
  previewBulk,
  startBulk,
  type BulkChoice,
  type BulkRun,
  type BulkSelection,
} from "../api/bulk.ts";
import { PurposeField } from "../casework/PurposeField.tsx";
import { Refusal } from "../casework/Refusal.tsx";
import { SchemaForm } from "../casework/SchemaForm.tsx";
import casework from "../casework/casework.module.css";
import { useLanguage } from "../i18n/use-language.ts";
import { cleanValue, fieldKind, initialValue, missingFields, type FormValue } from "../lib/json-schema.ts";
import { CERTAINTY, inLanguage, label } from "../lib/vocabulary.ts";
import { Loading, Refused } from "../ui/Feedback.tsx";
import { PreviewGroups } from "./PreviewGroups.tsx";
import { namedField } from "./named-field.ts";

interface BulkDialogProps {
  readonly selection: BulkSelection;
  readonly count: number;
  close(): void;
}

/** Choose an action, fill in its form once, look at what it would come to for every case, then do it. */
export function BulkDialog({ selection, count, close }: BulkDialogProps) {
  const { t } = useTranslation(["bulk", "common"]);
  const query = useQuery(bulkChoicesQuery(selection));
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={t("bulk:title", { count: query.data?.total ?? count })}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {query.error ? (
        <Refused error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading />
      ) : query.data.choices.length === 0 ? (
        <p>{t("bulk:noChoices")}</p>
      ) : (
        <BulkForm selection={selection} choices={query.data.choices} close={close} />
      )}
    </Modal>
  );
}

interface BulkFormProps {
  readonly selection: BulkSelection;
  readonly choices: readonly BulkChoice[];
  close(): void;
}

const keyOf = ({ kind, name }: BulkChoice): string => `${kind} ${name}`;

function BulkForm({ selection, choices, close }: BulkFormProps) {
  const { t } = useTranslation(["bulk", "casework", "common"]);
  const language = useLanguage();
  const navigate = useNavigate();
  const [choice, setChoice] = useState<BulkChoice>();
  const [value, setValue] = useState<FormValue>({});
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set());
  /** Name of the field that each case has its own value of, and those values by case. */
  const [own, setOwn] = useState<string>();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [purpose, setPurpose] = useState<string>();
  const [run, setRun] = useState<BulkRun>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isOneKind = new Set(choices.map(({ kind }) => kind)).size === 1;

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const preview = (): Promise<void> =>
    attempt(async () => {
      if (choice === undefined) return;
      const { [own ?? ""]: _own, ...shared } = cleanValue(choice.input, value);
      const inputs = Object.fromEntries(
        Object.entries(own === undefined ? {} : values).flatMap(([id, text]) =>
          text.trim() === "" ? [] : [[id, { [own ?? ""]: text.trim() }]],
        ),
      );
      const { kind, name: action } = choice;
      setRun(await previewBulk({ selection, kind, action, input: shared, inputs, purpose }));
    });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (choice === undefined) return;
    const blank = missingFields(choice.input, value).filter((name) => name !== own);
    setMissing(new Set(blank));
    if (blank.length === 0) await preview();
  };
  const start = (id: string): Promise<void> =>
    attempt(async () => {
      await startBulk(id);
      close();
      await navigate({ to: "/cases/bulk/$runId", params: { runId: id }, search: {} });
    });

  const refused = error !== undefined && (
    <div className={casework.refusal} role="alert">
      <Refusal error={error} definition={undefined} />
    </div>
  );
  if (run !== undefined && choice !== undefined)
    return (
      <>
        <Previewed
          run={run}
          own={own === undefined ? undefined : namedField(choice.input, own, language)}
          values={values}
          onValue={(id, text) => setValues((former) => ({ ...former, [id]: text }))}
        />
        {refused}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button onClick={() => setRun(undefined)}>{t("bulk:back")}</Button>
          {own !== undefined && (
            <Button loading={busy} onClick={() => void preview()}>
              {t("bulk:previewAgain")}
            </Button>
          )}
          <Button
            variant="filled"
            loading={busy}
            disabled={run.waiting === 0}
            data-autofocus
            onClick={() => void start(run.id)}
          >
            {t("bulk:start", { count: run.waiting })}
          </Button>
        </Group>
      </>
    );
  const texts = Object.entries(choice?.input.properties ?? {}).filter(([, field]) => fieldKind(field).endsWith("text"));
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Select
        label={t("bulk:action")}
        data-autofocus
        searchable
        value={choice === undefined ? null : keyOf(choice)}
        data={choices.map((each) => ({
          value: keyOf(each),
          label: [
            ...(isOneKind ? [] : [inLanguage(each.kindTitle, language)]),
            inLanguage(each.title, language),
            t("bulk:possibleFor", { count: each.count }),
          ].join(" · "),
        }))}
        onChange={(key) => {
          const found = choices.find((each) => keyOf(each) === key);
          setChoice(found);
          setValue(initialValue(found?.input ?? {}));
          setOwn(undefined);
          setPurpose(undefined);
        }}
      />
      {choice && (
        <>
          <ul className={casework.consequences}>
            {choice.fourEyes && <li>{t("casework:fourEyesLong")}</li>}
            {choice.conditions.map((condition) => (
              <li key={condition.code}>{t("casework:condition", { text: inLanguage(condition.text, language) })}</li>
            ))}
            <li className="faint">
              {t("casework:basis", {
                source: `${choice.basis.requirement} ${sourceIn(choice.basis, language)}`,
                certainty: label(CERTAINTY, choice.basis.certainty, language),
              })}
            </li>
            <li className="faint">{t("bulk:previewed")}</li>
          </ul>
          <div className={casework.form}>
            <SchemaForm
              schema={
                own === undefined
                  ? choice.input
                  : {
                      ...choice.input,
                      properties: Object.fromEntries(
                        Object.entries(choice.input.properties ?? {}).filter(([name]) => name !== own),
                      ),
                    }
              }
              value={value}
              onChange={setValue}
              missing={missing}
            />
            {texts.length > 0 && (
              <Select
                label={t("bulk:each")}
                description={t("bulk:eachHint")}
                value={own ?? ""}
                allowDeselect={false}
                data={[
                  { value: "", label: t("bulk:eachNone") },
                  ...texts.map(([name]) => ({ value: name, label: namedField(choice.input, name, language).title })),
                ]}
                onChange={(name) => setOwn(name || undefined)}
              />
            )}
            {choice.isPersonal && <PurposeField value={purpose} onChange={setPurpose} />}
          </div>
        </>
      )}
      {refused}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button onClick={close}>{t("common:cancel")}</Button>
        <Button type="submit" variant="filled" loading={busy} disabled={choice === undefined}>
          {t("bulk:preview")}
        </Button>
      </Group>
    </form>
  );
}

interface PreviewedProps {
  readonly run: BulkRun;
  readonly own: Parameters<typeof PreviewGroups>[0]["own"];
  readonly values: Readonly<Record<string, string>>;
  onValue(id: string, text: string): void;
}

function Previewed({ run, own, values, onValue }: PreviewedProps) {
  const { t } = useTranslation("bulk");
  const rows = useQuery(bulkRowsQuery(run.id, run.state));
  if (rows.error) return <Refused error={rows.error} retry={() => void rows.refetch()} />;
  if (!rows.data) return <Loading />;
  return (
    <>
      <p className="quiet">{run.waiting === 0 ? t("nothing") : t("previewed")}</p>
      <PreviewGroups rows={rows.data} own={own} values={values} onValue={onValue} />
    </>
  );
}
