/** How the log is kept provable: keys, witnesses, time-stamps, consistency of checkpoints. */
import { queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "../../api/client.ts";
import { every } from "../../api/queries.ts";
import type { Page } from "../../api/shapes/common.ts";
import type { LedgerCheckpoint } from "../../api/shapes/ledger.ts";

export interface LedgerKeys {
  /** Of the key that signs now. */
  readonly custody: "file" | "encrypted-file" | "signer";
  readonly items: readonly {
    readonly keyId: string;
    readonly publicKey: string;
    readonly since: string;
    readonly index: number | null;
  }[];
}

export interface Witness {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  /** 0 = it has cosigned none. */
  readonly size: number;
  readonly at: string | null;
  readonly failure: string | null;
  readonly isRefusal: boolean;
}

export interface Cosignature {
  readonly witness: string;
  readonly key: string;
  readonly size: number;
  readonly at: string;
}

export interface Timestamps {
  readonly items: readonly {
    readonly size: number;
    readonly authority: string;
    readonly at: string;
    readonly verdict: "trusted" | "holds" | "refuted";
    readonly reason: string | null;
  }[];
  readonly authority: string | null;
  readonly failure: string | null;
}

export interface Consistency {
  readonly from: LedgerCheckpoint;
  readonly to: LedgerCheckpoint;
  readonly path: readonly string[];
}

const asked = <T>(name: string, path: string) =>
  queryOptions({
    queryKey: ["ledger", name, path],
    queryFn: ({ signal }) => request<T>(path, { signal }),
    refetchInterval: every(10_000),
  });

export const keysQuery = asked<LedgerKeys>("keys", "/ledger/keys");
export const witnessesQuery = asked<Page<Witness>>("witnesses", "/ledger/witnesses");
export const cosignaturesQuery = asked<Page<Cosignature>>(
  "cosignatures",
  withQuery("/ledger/cosignatures", { limit: 20 }),
);
export const timestampsQuery = asked<Timestamps>("timestamps", withQuery("/ledger/timestamps", { limit: 20 }));

/** Two checkpoints of the log never change: what was proved once is not asked for again. */
export const consistencyQuery = (from: number, to: number) =>
  queryOptions({
    queryKey: ["ledger", "consistency", from, to],
    queryFn: ({ signal }) => request<Consistency>(withQuery("/ledger/consistency", { from, to }), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
