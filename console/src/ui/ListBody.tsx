import type { HTMLAttributes, ReactNode } from "react";
import { Loading, Refused } from "./Feedback.tsx";
import page from "./page.module.css";

/** What it needs to know of a query, of one page or of pages that are loaded as one scrolls. */
interface ListQuery {
  readonly error: unknown;
  readonly data: unknown;
  readonly hasNextPage?: boolean;
  readonly isFetchingNextPage?: boolean;
  refetch(): Promise<unknown>;
  fetchNextPage?(): Promise<unknown>;
}

/** How a table asks for more rows. */
export interface MoreRows {
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  onMore(): void;
}

interface ListBodyProps {
  readonly query: ListQuery;
  /** What the element around the table listens to. */
  readonly area?: HTMLAttributes<HTMLDivElement>;
  children(more: MoreRows): ReactNode;
}

/** The body of a list page: why there is no list, that it is being loaded, or its table. */
export function ListBody({ query, area, children }: ListBodyProps) {
  const more: MoreRows = {
    hasMore: query.hasNextPage ?? false,
    loadingMore: query.isFetchingNextPage ?? false,
    onMore: () => void query.fetchNextPage?.(),
  };
  return (
    <div className={page.body} {...area}>
      {query.error && query.data === undefined ? (
        <Refused error={query.error} retry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Loading />
      ) : (
        children(more)
      )}
    </div>
  );
}
