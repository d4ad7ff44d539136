import { useNavigate } from "@tanstack/react-router";
import { memo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import type { FleetCell } from "../../lib/fleet.ts";
import { label, LEVELS } from "../../lib/vocabulary.ts";
import { SeverityIcon } from "../../ui/Severity.tsx";
import styles from "./fleet.module.css";

interface FleetCellsProps {
  readonly cells: readonly FleetCell[];
  readonly size: number;
  readonly label: string;
  readonly selected: string | undefined;
  onHover(cell: FleetCell | undefined): void;
}

/** One tab stop per group; arrows move between cells, Enter opens the vehicle. */
export function FleetCells({ cells, size, label: name, selected, onHover }: FleetCellsProps) {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const navigate = useNavigate();
  const grid = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);

  const move = (index: number): void => {
    const target = Math.max(0, Math.min(cells.length - 1, index));
    setActive(target);
    grid.current?.querySelectorAll<HTMLElement>("[data-cell]")[target]?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    const columns = Math.max(1, Math.floor((grid.current?.clientWidth ?? size) / (size + 3)));
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
    };
    if (event.key in steps) {
      event.preventDefault();
      move(active + steps[event.key]);
    }
  };
  const describe = (cell: FleetCell): string =>
    [
      cell.vin,
      t(`fleet.fresh.${cell.freshness}`),
      cell.level > 0 ? label(LEVELS, cell.level, language) : undefined,
      cell.registered ? undefined : t("fleet.unregistered"),
      cell.inProject ? t("fleet.inProject") : undefined,
    ]
      .filter((part) => part !== undefined)
      .join(", ");

  return (
    <div
      ref={grid}
      className={styles.cells}
      role="group"
      aria-label={name}
      style={{ gridTemplateColumns: `repeat(auto-fill, ${size}px)`, gridAutoRows: `${size}px` }}
      onKeyDown={onKey}
    >
      {cells.map((cell, index) => (
        <Cell
          key={cell.id}
          cell={cell}
          size={size}
          description={describe(cell)}
          focusable={index === Math.min(active, cells.length - 1)}
          selected={cell.id === selected}
          onHover={onHover}
          onOpen={() => void navigate({ to: "/vehicles/$vehicleId", params: { vehicleId: cell.id }, search: {} })}
        />
      ))}
    </div>
  );
}

interface CellProps {
  readonly cell: FleetCell;
  readonly size: number;
  readonly description: string;
  readonly focusable: boolean;
  readonly selected: boolean;
  onHover(cell: FleetCell | undefined): void;
  onOpen(): void;
}

const Cell = memo(
  function Cell({ cell, size, description, focusable, selected, onHover, onOpen }: CellProps) {
    return (
      <button
        type="button"
        data-cell
        className={styles.cell}
        aria-label={description}
        tabIndex={focusable ? 0 : -1}
        data-level={cell.level || undefined}
        data-fresh={cell.freshness}
        data-unregistered={cell.registered ? undefined : true}
        data-project={cell.inProject || undefined}
        data-selected={selected || undefined}
        onPointerEnter={() => onHover(cell)}
        onFocus={() => onHover(cell)}
        onClick={onOpen}
      >
        {cell.level > 0 && <SeverityIcon level={cell.level} size={Math.max(8, Math.round(size * 0.55))} />}
      </button>
    );
  },
  (a, b) =>
    a.description === b.description &&
    a.size === b.size &&
    a.focusable === b.focusable &&
    a.selected === b.selected &&
    a.cell.level === b.cell.level &&
    a.cell.freshness === b.cell.freshness &&
    a.cell.inProject === b.cell.inProject,
);
