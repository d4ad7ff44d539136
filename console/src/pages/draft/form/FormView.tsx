/** The triggers of a draft as forms. A form is read from the text and writes into it: there is nothing beside the text. */
import { Button, NumberInput, Select } from "@mantine/core";
import { CATALOGUE } from "@sandglass/signals";
import {
  editForm,
  readForms,
  type FormChange,
  type FormShape,
  type SingleShape,
  type TriggerForm,
} from "@sandglass/triggers";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../../i18n/use-language.ts";
import { CERTAINTY } from "../../../lib/vocabulary.ts";
import { Empty } from "../../../ui/Feedback.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import type { DraftEditing } from "../use-draft-text.ts";
import { ConditionFields } from "./ConditionFields.tsx";
import { DurationField, TextField } from "./fields.tsx";
import { shapeOfKind } from "./shape-defaults.ts";
import styles from "./form.module.css";

/** In the order of the text: a second one is the other language's. */
const BASIS_FIELDS = ["basis", "basisOther"] as const;
const LEVELS = [1, 2, 3, 4] as const;

export function FormView({ editing, editable }: { editing: DraftEditing; editable: boolean }) {
  const { t } = useTranslation("draft");
  const forms = useMemo(() => readForms(editing.text, CATALOGUE), [editing.text]);
  if (forms === undefined) return <Empty title={t("form.broken")} next={t("form.brokenNext")} />;
  if (forms.length === 0) return <Empty title={t("form.empty")} next={t("form.brokenNext")} />;
  return (
    <div className={styles.forms}>
      {forms.map((form, index) => (
        <OneForm
          key={`${index} ${form.id}`}
          form={form}
          disabled={!editable}
          take={(change) => {
            const edited = editForm(editing.text, CATALOGUE, index, change);
            if (edited !== undefined && edited !== editing.text) editing.setText(edited);
            return edited !== undefined;
          }}
        />
      ))}
    </div>
  );
}

interface OneFormProps {
  readonly form: TriggerForm;
  readonly disabled: boolean;
  /** @returns whether it could be written */
  take(change: FormChange): boolean;
}

function OneForm({ form, disabled, take }: OneFormProps) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const free = LEVELS.filter(
    (level) => level > (form.level ?? 0) && !form.escalations.some((each) => each.level === level),
  );
  const [next] = free;
  return (
    <Panel
      title={<span className="mono">{form.id}</span>}
      aside={
        form.titles !== undefined && (
          <NumberInput
            aria-label={t("form.version")}
            prefix="v"
            w={80}
            min={1}
            allowDecimal={false}
            allowNegative={false}
            disabled={disabled}
            value={form.version}
            onChange={(value) => typeof value === "number" && value >= 1 && take({ field: "version", version: value })}
          />
        )
      }
    >
      <div className={styles.fields}>
        <Titles form={form} disabled={disabled} take={take} />
        <fieldset className={styles.group}>
          <legend>{t("form.when")}</legend>
          <ConditionFields condition={form.when} disabled={disabled} take={(shape) => take({ field: "when", shape })} />
          <div className={styles.row}>
            <Select
              label={t("form.level")}
              w={110}
              disabled={disabled}
              allowDeselect={false}
              placeholder={t("form.none")}
              value={form.level === undefined ? null : String(form.level)}
              data={LEVELS.map((level) => ({ value: String(level), label: t("form.levelOf", { level }) }))}
              onChange={(value) => value !== null && take({ field: "level", level: Number(value) })}
            />
          </div>
        </fieldset>
        {form.escalations.map(({ level, when }) => (
          <fieldset key={level} className={styles.group}>
            <legend>{t("form.escalates", { level })}</legend>
            <ConditionFields
              condition={when}
              disabled={disabled}
              take={(shape) => take({ field: "escalation", level, shape })}
            />
            {when.shape !== undefined && !disabled && (
              <Button size="compact-xs" onClick={() => take({ field: "escalation", level, shape: undefined })}>
                {t("form.remove")}
              </Button>
            )}
          </fieldset>
        ))}
        {form.clear !== undefined && (
          <fieldset className={styles.group}>
            <legend>{t("form.clear")}</legend>
            <ConditionFields
              condition={form.clear}
              disabled={disabled}
              take={(shape) => take({ field: "clear", shape })}
            />
            {form.clear.shape !== undefined && !disabled && (
              <Button size="compact-xs" onClick={() => take({ field: "clear", shape: undefined })}>
                {t("form.remove")}
              </Button>
            )}
          </fieldset>
        )}
        {!disabled && (
          <div className={styles.row}>
            {next !== undefined && (
              <Button
                size="compact-xs"
                onClick={() =>
                  take({
                    field: "escalation",
                    level: next,
                    shape: form.when.shape ?? shapeOfKind("threshold", undefined, form.language),
                  })
                }
              >
                {t("form.addLevel", { level: next })}
              </Button>
            )}
            {form.clear === undefined && (
              <Button
                size="compact-xs"
                onClick={() =>
                  take({ field: "clear", shape: shapeOfKind("threshold", firstOf(form.when.shape), form.language) })
                }
              >
                {t("form.addClear")}
              </Button>
            )}
          </div>
        )}
        <div className={styles.row}>
          <DurationField
            label={t("form.keepFiring")}
            ms={form.keepFiringMs}
            optional
            disabled={disabled}
            take={(ms) => take({ field: "keepFiring", ms })}
          />
          <DurationField
            label={t("form.cooldown")}
            ms={form.cooldownMs}
            optional
            disabled={disabled}
            take={(ms) => take({ field: "cooldown", ms })}
          />
        </div>
        <div className={styles.row}>
          {BASIS_FIELDS.map((field, index) => (
            <TextField
              key={field}
              label={t(`form.${field}`)}
              value={form.basis?.texts[index] ?? ""}
              disabled={disabled || (index === 1 && form.basis === undefined)}
              maxLength={500}
              take={(text) => {
                const texts = [form.basis?.texts[0] ?? "", form.basis?.texts[1] ?? ""]
                  .with(index, text.trim())
                  .filter((each) => each !== "");
                return take({
                  field: "basis",
                  basis: texts.length === 0 ? undefined : { texts, certainty: form.basis?.certainty ?? "P" },
                });
              }}
            />
          ))}
          <Select
            label={t("form.certainty")}
            w={210}
            disabled={disabled || form.basis === undefined}
            allowDeselect={false}
            placeholder={t("form.none")}
            value={form.basis?.certainty ?? null}
            data={Object.entries(CERTAINTY).map(([value, names]) => ({
              value,
              label: `${value} · ${names[language]}`,
            }))}
            onChange={(value) =>
              value !== null &&
              form.basis !== undefined &&
              take({ field: "basis", basis: { ...form.basis, certainty: value } })
            }
          />
        </div>
        <Effective form={form} disabled={disabled} take={take} />
        {form.others.length > 0 && (
          <div className={styles.other}>
            <p className="quiet">{t("form.others")}</p>
            <pre className="mono" tabIndex={0}>
              {form.others.join("\n")}
            </pre>
          </div>
        )}
      </div>
    </Panel>
  );
}

function firstOf(shape: FormShape | undefined): SingleShape | undefined {
  return shape?.kind === "all" ? shape.of[0] : shape;
}

const HAN = /\p{Script=Han}/u;

function Titles({ form: { titles }, disabled, take }: OneFormProps) {
  const { t } = useTranslation("draft");
  if (titles === undefined) return <p className="quiet">{t("form.headerRemark")}</p>;
  const zh = titles.find((title) => HAN.test(title)) ?? "";
  const en = titles.find((title) => !HAN.test(title)) ?? "";
  const write = (one: string, other: string): boolean =>
    take({ field: "titles", titles: [one.trim(), other.trim()].filter((title) => title !== "") });
  return (
    <div className={styles.row}>
      <TextField
        label={t("form.titleZh")}
        value={zh}
        disabled={disabled}
        maxLength={120}
        take={(title) => (title.trim() === "" || HAN.test(title)) && write(en, title)}
      />
      <TextField
        label={t("form.titleEn")}
        value={en}
        disabled={disabled}
        maxLength={120}
        take={(title) => !HAN.test(title) && write(title, zh)}
      />
    </div>
  );
}

function Effective({ form: { effective }, disabled, take }: OneFormProps) {
  const { t } = useTranslation("draft");
  return (
    <div className={styles.row}>
      <TextField
        label={t("form.effectiveFrom")}
        placeholder={t("form.day")}
        width={130}
        value={effective?.from ?? ""}
        disabled={disabled}
        take={(from) => take({ field: "effective", effective: from === "" ? undefined : { from, to: effective?.to } })}
      />
      <TextField
        label={t("form.effectiveTo")}
        placeholder={t("form.day")}
        width={130}
        value={effective?.to ?? ""}
        disabled={disabled || effective === undefined}
        take={(to) =>
          effective !== undefined &&
          take({ field: "effective", effective: { from: effective.from, to: to === "" ? undefined : to } })
        }
      />
    </div>
  );
}
