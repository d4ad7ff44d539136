import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { findingsQuery } from "../../api/queries.ts";
import { FindingsTable } from "../../findings/FindingsTable.tsx";
import { useFindingColumns } from "../../findings/use-finding-columns.tsx";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";

export function FindingsTab({ vehicleId }: { vehicleId: string }) {
  const query = useInfiniteQuery(findingsQuery({ vehicle: vehicleId }));
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useFindingColumns({ ofOneVehicle: true });
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return (
    <div className={page.body}>
      <FindingsTable
        rows={rows}
        columns={columns}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </div>
  );
}
