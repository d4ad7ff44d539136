/** Bytes as hexadecimal and text, 16 a line, each in the colour of its field. Arrow keys go from field to field. */
import { Button } from "@mantine/core";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FrameField } from "../api/shapes/telemetry.ts";
import { BYTES_PER_LINE, fieldByKey, tintOf } from "../lib/frame-cursor.ts";
import { asciiOf, hexByte } from "../lib/hex.ts";
import styles from "./frame-view.module.css";

/** Lines that are drawn at once: 16 kB. More are drawn when asked for. */
const SHOWN_LINES = 1_024;

interface HexPaneProps {
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly FrameField[];
  readonly owners: Int32Array;
  readonly base: number;
  readonly active: number | undefined;
  onHover(field: number | undefined): void;
  onSelect(field: number): void;
}

export function HexPane({ label, bytes, fields, owners, base, active, onHover, onSelect }: HexPaneProps) {
  const { t } = useTranslation("vehicle");
  const [all, setAll] = useState(false);
  const ownerAt = (target: EventTarget): number | undefined => {
    const owner = (target as HTMLElement).dataset.owner;
    return owner === undefined || owner === "-1" ? undefined : Number(owner);
  };
  const span = active === undefined ? undefined : fields[active];
  const lines = Math.ceil(bytes.length / BYTES_PER_LINE);
  const shown = all ? lines : Math.min(lines, SHOWN_LINES);
  return (
    <div
      className={styles.hex}
      role="group"
      aria-label={label}
      tabIndex={0}
      onPointerOver={(event) => onHover(ownerAt(event.target))}
      onPointerLeave={() => onHover(undefined)}
      onClick={(event) => {
        const owner = ownerAt(event.target);
        if (owner !== undefined) onSelect(owner);
      }}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const next = fieldByKey(event.key, active, fields, owners);
        if (next === undefined) return;
        event.preventDefault();
        onHover(undefined);
        onSelect(next);
      }}
    >
      {Array.from({ length: shown }, (_, line) => {
        const start = line * BYTES_PER_LINE;
        const touched = span !== undefined && span.offset < start + BYTES_PER_LINE && span.offset + span.length > start;
        return (
          <HexRow
            key={start}
            bytes={bytes}
            fields={fields}
            owners={owners}
            start={start}
            base={base}
            from={touched ? span.offset : -1}
            to={touched ? span.offset + span.length : -1}
          />
        );
      })}
      {shown < lines && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          {t("frames.allBytes", { count: bytes.length })}
        </Button>
      )}
    </div>
  );
}

interface HexRowProps {
  readonly bytes: Uint8Array;
  readonly fields: readonly FrameField[];
  readonly owners: Int32Array;
  readonly start: number;
  readonly base: number;
  readonly from: number;
  readonly to: number;
}

const HexRow = memo(function HexRow({ bytes, fields, owners, start, base, from, to }: HexRowProps) {
  const line = bytes.subarray(start, start + BYTES_PER_LINE);
  const marked = (offset: number): boolean => offset >= from && offset < to;
  return (
    <div className={styles.line}>
      <span className={styles.offset}>{(base + start).toString(16).toUpperCase().padStart(4, "0")}</span>
      <span className={styles.cells}>
        {[...line].map((byte, index) => {
          const offset = start + index;
          const owner = owners[offset];
          const edge = index > 0 && owners[offset - 1] !== owner;
          return (
            <span
              key={offset}
              data-owner={owner}
              data-tint={owner < 0 ? undefined : tintOf(fields[owner]) || undefined}
              data-odd={owner % 2 === 1 || undefined}
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
