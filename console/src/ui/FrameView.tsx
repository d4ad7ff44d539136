/**
 * A frame: its bytes beside its fields, coloured by field. Pointing at one, or reaching it by keys, shows the other; a
 * click keeps it in the address.
 */
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FrameField } from "../api/shapes/telemetry.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { clauseText, explainField } from "../lib/frame-fields.ts";
import { BYTES_PER_LINE } from "../lib/frame-cursor.ts";
import { ownersOf } from "../lib/hex.ts";
import { FieldPane } from "./FieldPane.tsx";
import { HexPane } from "./HexPane.tsx";
import styles from "./frame-view.module.css";

interface FrameViewProps {
  readonly bytes: Uint8Array;
  readonly fields: readonly FrameField[];
  /** Beside the number of bytes. */
  readonly note?: string;
  /** Added to shown offsets: where the frame begins in its dump. */
  readonly base?: number;
  readonly selected: number | undefined;
  onSelect(field: number): void;
}

const TINTS = ["header", "time", "body0", "check", "damage"] as const;

export function FrameView({ bytes, fields, note, base = 0, selected, onSelect }: FrameViewProps) {
  const { t } = useTranslation("vehicle");
  const language = useLanguage();
  const [hovered, setHovered] = useState<number>();
  const owners = useMemo(() => ownersOf(fields, bytes.length), [fields, bytes]);
  const active = hovered ?? selected;
  const view = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected === undefined) return;
    for (const name of ["field", "owner"])
      view.current?.querySelector(`[data-${name}="${selected}"]`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const span = active === undefined ? undefined : fields[active];
  const coloured = fields.some((field) => field.section !== undefined);
  return (
    <div className={styles.view} ref={view}>
      <section className={styles.bytes} aria-label={t("frames.bytes")}>
        <header>
          <h3>{t("frames.bytes")}</h3>
          <span className="quiet">
            {t("frames.length", { count: bytes.length })}
            {note === undefined ? "" : ` · ${note}`}
          </span>
        </header>
        <HexPane
          label={t("frames.bytesKeys", { count: BYTES_PER_LINE })}
          bytes={bytes}
          fields={fields}
          owners={owners}
          base={base}
          active={active}
          onHover={setHovered}
          onSelect={onSelect}
        />
        {coloured && (
          <ul className={styles.legend}>
            {TINTS.map((tint) => (
              <li key={tint}>
                <i data-tint={tint} aria-hidden />
                {t(`frames.tints.${tint}`)}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className={styles.fields} aria-label={t("frames.fields")}>
        <header>
          <h3>{t("frames.fields")}</h3>
          <span className="quiet">{t("frames.fieldCount", { count: fields.length })}</span>
        </header>
        <FieldPane fields={fields} active={active} selected={selected} onHover={setHovered} onSelect={onSelect} />
        <footer className={styles.clause} aria-live="polite">
          {span ? (
            <>
              <p>
                <b>{language === "zh" ? (span.title ?? span.name) : span.name}</b> ·{" "}
                {t("frames.offset", {
                  offset: `0x${(base + span.offset).toString(16).toUpperCase()}`,
                  count: span.length,
                })}
                {span.clause ? ` · GB/T 32960.3 ${clauseText(span.clause, language)}` : ""}
              </p>
              <p>{explainField(span, language)}</p>
            </>
          ) : (
            t("frames.hint")
          )}
        </footer>
      </section>
    </div>
  );
}
