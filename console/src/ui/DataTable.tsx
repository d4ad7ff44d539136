/** A dense virtual table: fixed row height, sticky header, server cursor, keyboard j/k/enter, space to tick. */
import { Checkbox } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { directionOf, nextSort } from "../lib/list-view.ts";
import { useListEntry } from "./use-list-entry.ts";
import styles from "./data-table.module.css";

export interface Column<Row> {
  readonly id: string;
  readonly header: ReactNode;
  /** CSS grid track, e.g. `160px` or `minmax(120px, 1fr)`. */
  readonly width: string;
  readonly align?: "left" | "right";
  /** The list can be ordered by it: its id is the key of the order. */
  readonly sortable?: boolean | "falling";
  render(row: Row): ReactNode;
}

/** Rows that are ticked: a box before each row and one for all that are loaded. */
export interface Ticks {
  has(key: string): boolean;
  /** `through`: all between the row ticked before and this one too. */
  toggle(key: string, through: boolean): void;
  readonly all: "none" | "some" | "all";
  toggleAll(): void;
  readonly label: string;
  readonly allLabel: string;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  rowKey(row: Row): string;
  readonly rowHeight?: number;
  readonly selected?: string | undefined;
  onOpen?(row: Row): void;
  /** Severity for the edge of a row. */
  rowLevel?(row: Row): number | undefined;
  readonly hasMore?: boolean;
  readonly loadingMore?: boolean;
  onMore?(): void;
  readonly empty?: ReactNode;
  readonly ticks?: Ticks | undefined;
  /** `due` or `-due`, as the server takes it. */
  readonly sort?: string | undefined;
  onSort?(sort: string | undefined): void;
}

const TICK_WIDTH = "34px";
const ARROWS = { ascending: "↑", descending: "↓", none: "↕" } as const;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowHeight = 32, selected, hasMore, loadingMore, onMore, onOpen, ticks, sort, onSort } = props;
  const { t } = useTranslation("common");
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the compiler is not used; the virtualizer is meant to be read while rendering
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && !loadingMore && last >= rows.length - 10) onMore?.();
  }, [hasMore, loadingMore, last, rows.length, onMore]);

  const template = [...(ticks ? [TICK_WIDTH] : []), ...columns.map((column) => column.width)].join(" ");
  const focusRow = (index: number): void => {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    virtual.scrollToIndex(target);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus());
  };
  useListEntry(
    scroller,
    () =>
      rows.length > 0 && focusRow(items.find(({ start }) => start >= (scroller.current?.scrollTop ?? 0))?.index ?? 0),
  );
  const onKey = (event: KeyboardEvent): void => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!row) return;
    const index = Number(row.dataset.index);
    if (event.key === "j" || event.key === "ArrowDown") focusRow(index + 1);
    else if (event.key === "k" || event.key === "ArrowUp") focusRow(index - 1);
    else if (event.key === "Enter" && event.target === row) onOpen?.(rows[index]);
    else if (event.key === " " && event.target === row && ticks)
      ticks.toggle(props.rowKey(rows[index]), event.shiftKey);
    else return;
    event.preventDefault();
  };

  return (
    <div
      className={styles.scroller}
      ref={scroller}
      role="table"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      onKeyDown={onKey}
      tabIndex={rows.length === 0 ? 0 : -1}
    >
      <div className={styles.header} role="row" style={{ gridTemplateColumns: template }}>
        {ticks && (
          <div role="columnheader" className={styles.tick}>
            <Checkbox
              size="xs"
              aria-label={ticks.allLabel}
              checked={ticks.all === "all"}
              indeterminate={ticks.all === "some"}
              onChange={ticks.toggleAll}
            />
          </div>
        )}
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            data-align={column.align}
            aria-sort={column.sortable ? (directionOf(sort, column.id) ?? "none") : undefined}
          >
            {column.sortable && onSort ? (
              <button
                type="button"
                className={styles.sort}
                onClick={() => onSort(nextSort(sort, column.id, column.sortable === "falling" ? "falling" : "both"))}
              >
                {column.header} <span aria-hidden>{ARROWS[directionOf(sort, column.id) ?? "none"]}</span>
              </button>
            ) : (
              column.header
            )}
          </div>
        ))}
      </div>
      {rows.length === 0 ? (
        props.empty
      ) : (
        <div className={styles.rows} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            const key = props.rowKey(row);
            return (
              <div
                key={key}
                role="row"
                data-index={item.index}
                aria-rowindex={item.index + 2}
                className={styles.row}
                data-selected={key === selected || undefined}
                data-level={props.rowLevel?.(row)}
                data-open={onOpen ? true : undefined}
                style={{ gridTemplateColumns: template, height: rowHeight, transform: `translateY(${item.start}px)` }}
                tabIndex={item.index === (items[0]?.index ?? 0) || key === selected ? 0 : -1}
                onClick={(event) => {
                  if (!(event.target as HTMLElement).closest("a,button,[data-tick]")) onOpen?.(row);
                }}
              >
                {ticks && (
                  <div role="cell" className={styles.tick} data-tick>
                    <Checkbox
                      size="xs"
                      aria-label={ticks.label}
                      checked={ticks.has(key)}
                      // A change does not say whether Shift was held; the click before it does.
                      onClick={(event) => ticks.toggle(key, event.shiftKey)}
                      onChange={() => undefined}
                      tabIndex={-1}
                    />
                  </div>
                )}
                {columns.map((column) => (
                  <div key={column.id} role="cell" data-align={column.align}>
                    {column.render(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      )}
      {loadingMore && <div className={styles.more}>{t("loading")}</div>}
    </div>
  );
}
