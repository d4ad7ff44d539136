/**
 * Types of all tables, for Kysely. Each module declares its own in `tables/<module>.ts`.
 *
 * At the SQL edge: `bigint` columns are JavaScript bigints, `timestamptz` are Dates, `bytea` are Buffers, `jsonb` is
 * parsed when read and must be given as `JSON.stringify(value)` when written, `numeric` is a string.
 */
import type { AttachmentTables } from "./tables/attachments.ts";
import type { BulkTables } from "./tables/bulk.ts";
import type { CaseTables } from "./tables/cases.ts";
import type { DocumentTables } from "./tables/documents.ts";
import type { DownlinkTables } from "./tables/downlink.ts";
import type { ExportTables } from "./tables/exports.ts";
import type { IdentityTables } from "./tables/identity.ts";
import type { LedgerTables } from "./tables/ledger.ts";
import type { NotificationTables } from "./tables/notifications.ts";
import type { PackTables } from "./tables/packs.ts";
import type { ProgrammeTables } from "./tables/programmes.ts";
import type { RecallTables } from "./tables/recalls.ts";
import type { RegionTables } from "./tables/regions.ts";
import type { RegistryTables } from "./tables/registry.ts";
import type { RulebookTables } from "./tables/rulebook.ts";
import type { SubjectTables } from "./tables/subjects.ts";
import type { SupervisionTables } from "./tables/supervision.ts";
import type { ViewTables } from "./tables/views.ts";

export interface Database
  extends
    IdentityTables,
    RegistryTables,
    RegionTables,
    LedgerTables,
    SubjectTables,
    PackTables,
    SupervisionTables,
    BulkTables,
    CaseTables,
    NotificationTables,
    AttachmentTables,
    DocumentTables,
    DownlinkTables,
    ExportTables,
    ProgrammeTables,
    RecallTables,
    RulebookTables,
    ViewTables {}
