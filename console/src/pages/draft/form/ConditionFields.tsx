import { Button, NumberInput, Select } from "@mantine/core";
import type { FormCondition, FormLimit, FormShape, SingleShape } from "@sandglass/triggers";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../../i18n/use-language.ts";
import { DurationField, SignalField, TextField } from "./fields.tsx";
import { entryOf, isFlag, isNumber, KINDS, limitFor, shapeOfKind } from "./shape-defaults.ts";
import styles from "./form.module.css";

const COMPARISONS = { gt: ">", ge: "≥", lt: "<", le: "≤", eq: "=", ne: "≠" } as const;
const QUANTITIES = ["gt", "ge", "lt", "le"] as const;

interface ConditionFieldsProps {
  readonly condition: FormCondition;
  readonly disabled: boolean;
  take(shape: FormShape): boolean;
}

/** A condition of the common shapes, or several of them that must hold together; another one as it is written. */
export function ConditionFields({ condition: { shape, text }, disabled, take }: ConditionFieldsProps) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  if (shape === undefined)
    return (
      <div className={styles.other}>
        <p className="quiet">{t("form.cannotShow")}</p>
        <pre className="mono" tabIndex={0}>
          {text}
        </pre>
      </div>
    );
  const all = shape.kind === "all" ? shape.of : [shape];
  const takeAll = (of: readonly SingleShape[]): boolean =>
    of.length === 1 && of[0] !== undefined ? take(of[0]) : take({ kind: "all", of });
  return (
    <>
      {all.map((each, index) => (
        <div key={index} className={styles.row}>
          {index > 0 && <span className={styles.and}>{t("form.and")}</span>}
          <SingleFields shape={each} disabled={disabled} take={(next) => takeAll(all.with(index, next))} />
          {all.length > 1 && !disabled && (
            <Button
              size="compact-xs"
              aria-label={t("form.removeOne", { number: index + 1 })}
              onClick={() => takeAll(all.toSpliced(index, 1))}
            >
              {t("form.remove")}
            </Button>
          )}
        </div>
      ))}
      {!disabled && all.length < MAX_TOGETHER && (
        <Button size="compact-xs" onClick={() => takeAll([...all, shapeOfKind("threshold", undefined, language)])}>
          {t("form.addAnd")}
        </Button>
      )}
    </>
  );
}

const MAX_TOGETHER = 6;

interface SingleProps {
  readonly shape: SingleShape;
  readonly disabled: boolean;
  take(shape: SingleShape): boolean;
}

function SingleFields({ shape, disabled, take }: SingleProps) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const needsNumber = shape.kind === "rise" || shape.kind === "rate" || shape.kind === "spread";
  return (
    <>
      <Select
        label={t("form.kind")}
        w={138}
        disabled={disabled}
        allowDeselect={false}
        value={shape.kind}
        data={KINDS.map((kind) => ({ value: kind, label: t(`form.kinds.${kind}`) }))}
        onChange={(value) => {
          const kind = KINDS.find((each) => each === value);
          if (kind !== undefined && kind !== shape.kind) take(shapeOfKind(kind, shape, language));
        }}
      />
      {"signal" in shape && (
        <SignalField
          label={t("form.signal")}
          signal={shape.signal}
          disabled={disabled}
          fits={(id) => (needsNumber ? isNumber(id) : shape.kind !== "share" || entryOf(id)?.kind !== "event")}
          take={(signal) =>
            take(shape.kind === "noData" ? { ...shape, signal } : replaced(shape, limitFor(signal, shape, language)))
          }
        />
      )}
      {shape.kind !== "offline" && shape.kind !== "noData" && !isFlag(shape.signal) && (
        <LimitFields shape={shape} disabled={disabled} take={take} />
      )}
      <TimeFields shape={shape} disabled={disabled} take={take} />
    </>
  );
}

type Limited = Exclude<SingleShape, { readonly kind: "offline" | "noData" }>;

/** The same shape about something else. */
function replaced(shape: Limited, { signal, cmp, limit }: FormLimit): SingleShape {
  const { cmp: _cmp, limit: _limit, ...rest } = shape;
  return {
    ...rest,
    signal,
    ...(cmp === undefined ? {} : { cmp }),
    ...(limit === undefined ? {} : { limit }),
  } as SingleShape;
}

function LimitFields({
  shape,
  disabled,
  take,
}: {
  readonly shape: Limited;
  readonly disabled: boolean;
  take(shape: SingleShape): boolean;
}) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const entry = entryOf(shape.signal);
  const named =
    entry !== undefined && "values" in entry && entry.values !== undefined ? Object.values(entry.values) : [];
  return (
    <>
      <Select
        label={t("form.comparison")}
        w={62}
        disabled={disabled}
        allowDeselect={false}
        value={shape.cmp ?? "gt"}
        data={Object.entries(COMPARISONS).map(([value, label]) => ({ value, label }))}
        onChange={(value) => take({ ...shape, cmp: value as FormLimit["cmp"] } as SingleShape)}
      />
      <TextField
        label={t("form.limit")}
        width={118}
        value={shape.limit ?? ""}
        disabled={disabled}
        offered={named.map((names) => `"${names[language]}"`)}
        take={(limit) => take({ ...shape, limit: limit.trim() } as SingleShape)}
      />
    </>
  );
}

function TimeFields({ shape, disabled, take }: SingleProps) {
  const { t } = useTranslation("draft");
  switch (shape.kind) {
    case "threshold":
    case "rate":
      return (
        <DurationField
          label={t("form.hold")}
          ms={shape.holdMs}
          optional
          disabled={disabled}
          take={(ms) => {
            const { holdMs: _, ...rest } = shape;
            return take(ms === undefined ? rest : { ...rest, holdMs: ms });
          }}
        />
      );
    case "rise":
    case "spread":
      return (
        <DurationField
          label={t("form.over")}
          ms={shape.overMs}
          disabled={disabled}
          take={(ms) => ms !== undefined && take({ ...shape, overMs: ms })}
        />
      );
    case "offline":
    case "noData":
      return (
        <DurationField
          label={t("form.silent")}
          ms={shape.forMs}
          disabled={disabled}
          take={(ms) => ms !== undefined && take({ ...shape, forMs: ms })}
        />
      );
    case "count":
    case "share":
      return (
        <>
          <Select
            label={t("form.quantity")}
            w={86}
            disabled={disabled}
            allowDeselect={false}
            value={shape.quantity}
            data={QUANTITIES.map((value) => ({ value, label: t(`form.quantities.${value}`) }))}
            onChange={(value) => {
              const quantity = QUANTITIES.find((each) => each === value);
              if (quantity !== undefined) take({ ...shape, quantity });
            }}
          />
          <NumberInput
            label={shape.kind === "count" ? t("form.times") : t("form.percent")}
            w={76}
            disabled={disabled}
            min={0}
            max={shape.kind === "count" ? 1_000_000 : 100}
            allowDecimal={shape.kind === "share"}
            allowNegative={false}
            value={shape.kind === "count" ? shape.times : shape.percent}
            onChange={(value) => {
              if (typeof value !== "number") return;
              take(shape.kind === "count" ? { ...shape, times: value } : { ...shape, percent: value });
            }}
          />
          {shape.kind === "share" && (
            <Select
              label={t("form.per")}
              w={80}
              disabled={disabled}
              allowDeselect={false}
              value={shape.per}
              data={(["samples", "time"] as const).map((value) => ({ value, label: t(`form.pers.${value}`) }))}
              onChange={(value) => take({ ...shape, per: value === "time" ? "time" : "samples" })}
            />
          )}
          <DurationField
            label={t("form.within")}
            ms={shape.withinMs}
            disabled={disabled}
            take={(ms) => ms !== undefined && take({ ...shape, withinMs: ms })}
          />
        </>
      );
  }
}
