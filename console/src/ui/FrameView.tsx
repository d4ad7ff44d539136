/** A frame: its bytes beside its fields. Pointing at one shows the other; a click keeps it in the address. */
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FrameDetail, FrameField } from "../api/types.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatNumber, type Language } from "../lib/format.ts";
import { describeField } from "../lib/frame-fields.ts";
import { asciiOf, hexByte, ownersOf, parseHex } from "../lib/hex.ts";
import { Refused } from "./Feedback.tsx";
import styles from "./frame-view.module.css";

const WIDTH = 16;

interface FrameViewProps {
  readonly seq: string;
  readonly frame: FrameDetail;
  readonly selected: number | undefined;
  onSelect(field: number | undefined): void;
}

export function FrameView({ seq, frame, selected, onSelect }: FrameViewProps) {
  const { t } = useTranslation("vehicle");
  const language = useLanguage();
  const [hovered, setHovered] = useState<number>();
  const bytes = useMemo(() => parseHex(frame.hex), [frame.hex]);
  const owners = useMemo(() => ownersOf(frame.fields, bytes?.length ?? 0), [frame.fields, bytes]);
  const active = hovered ?? selected;
  const fieldList = useRef<HTMLDivElement>(null);
  const byteList = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected === undefined) return;
    fieldList.current?.querySelector(`[data-field="${selected}"]`)?.scrollIntoView({ block: "nearest" });
    byteList.current?.querySelector(`[data-owner="${selected}"]`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);

  if (!bytes) return <Refused error={new Error(t("frames.badHex"))} />;
  const span = active === undefined ? undefined : frame.fields[active];
  const ownerAt = (target: EventTarget): number | undefined => {
    const owner = (target as HTMLElement).dataset.owner;
    return owner === undefined || owner === "-1" ? undefined : Number(owner);
  };
  const rows = Array.from({ length: Math.ceil(bytes.length / WIDTH) }, (_, index) => index * WIDTH);
  return (
    <div className={styles.view}>
      <section className={styles.bytes} aria-label={t("frames.bytes")}>
        <header>
          <h3>{t("frames.bytes")}</h3>
          <span className="quiet">
            {t("frames.length", { count: formatNumber(bytes.length, language) })} · #{seq}
          </span>
        </header>
        <div
          className={styles.hex}
          ref={byteList}
          tabIndex={0}
          onPointerOver={(event) => setHovered(ownerAt(event.target))}
          onPointerLeave={() => setHovered(undefined)}
          onClick={(event) => {
            const owner = ownerAt(event.target);
            if (owner !== undefined) onSelect(owner);
          }}
        >
          {rows.map((start) => {
            const touched = span !== undefined && span.offset < start + WIDTH && span.offset + span.length > start;
            return (
              <HexRow
                key={start}
                bytes={bytes}
                owners={owners}
                start={start}
                from={touched ? span.offset : -1}
                to={touched ? span.offset + span.length : -1}
              />
            );
          })}
        </div>
      </section>
      <section className={styles.fields} aria-label={t("frames.fields")}>
        <header>
          <h3>{t("frames.fields")}</h3>
          <span className="quiet">{t("frames.fieldCount", { count: frame.fields.length })}</span>
        </header>
        <div className={styles.fieldList} ref={fieldList} onPointerLeave={() => setHovered(undefined)}>
          {frame.fields.map((field, index) => (
            <FieldRow
              key={index}
              field={field}
              index={index}
              active={index === active}
              name={language === "zh" ? (field.title ?? field.name) : field.name}
              language={language}
              onHover={setHovered}
              onSelect={onSelect}
            />
          ))}
        </div>
        <footer className={styles.clause}>
          {span ? (
            <>
              <b>{span.name}</b> ·{" "}
              {t("frames.offset", { offset: `0x${span.offset.toString(16).toUpperCase()}`, count: span.length })}
              {span.clause ? ` · GB/T 32960.3 ${span.clause.replace(/^GB\/T 32960\.3[- ]?/, "")}` : ""}
            </>
          ) : (
            t("frames.hint")
          )}
        </footer>
      </section>
    </div>
  );
}

interface HexRowProps {
  readonly bytes: Uint8Array;
  readonly owners: Int32Array;
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

const HexRow = memo(function HexRow({ bytes, owners, start, from, to }: HexRowProps) {
  const line = bytes.subarray(start, start + WIDTH);
  const marked = (offset: number): boolean => offset >= from && offset < to;
  return (
    <div className={styles.line}>
      <span className={styles.offset}>{start.toString(16).toUpperCase().padStart(4, "0")}</span>
      <span className={styles.cells}>
        {[...line].map((byte, index) => {
          const offset = start + index;
          const owner = owners[offset];
          const edge = index > 0 && owners[offset - 1] !== owner;
          return (
            <span
              key={offset}
              data-owner={owner}
              data-edge={edge || undefined}
              data-half={index === 8 || undefined}
              data-on={marked(offset) || undefined}
            >
              {hexByte(byte)}
            </span>
          );
        })}
      </span>
      <span className={styles.ascii} aria-hidden>
        {[...line].map((byte, index) => (
          <span key={index} data-on={marked(start + index) || undefined}>
            {asciiOf(byte)}
          </span>
        ))}
      </span>
    </div>
  );
});

interface FieldRowProps {
  readonly field: FrameField;
  readonly index: number;
  readonly active: boolean;
  readonly name: string;
  readonly language: Language;
  onHover(index: number): void;
  onSelect(index: number): void;
}

const FieldRow = memo(function FieldRow({ field, index, active, name, language, onHover, onSelect }: FieldRowProps) {
  const depth = Math.min(3, field.name.split(".").length - 1);
  return (
    <button
      type="button"
      className={styles.field}
      data-field={index}
      data-on={active || undefined}
      data-depth={depth}
      aria-pressed={active}
      onPointerEnter={() => onHover(index)}
      onFocus={() => onHover(index)}
      onClick={() => onSelect(index)}
    >
      <span className={styles.fieldName} title={field.name}>
        {name}
        {/\[(\d+)\](?:\.[a-zA-Z]+)?$/.test(field.name) && language === "zh"
          ? ` ${Number(/\[(\d+)\](?:\.[a-zA-Z]+)?$/.exec(field.name)?.[1]) + 1}`
          : ""}
      </span>
      <span className={styles.raw}>{field.raw === undefined ? "" : String(field.raw)}</span>
      <span className={styles.value}>
        {describeField(field, language)}
        {field.unit ? ` ${field.unit}` : ""}
      </span>
    </button>
  );
});
