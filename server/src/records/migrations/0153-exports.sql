-- Exports of lists: who took which list with which query, how many rows, and the hash of the bytes that were handed out.
create table exports (
  id text constraint exports_pk primary key,
  ordinal bigint generated always as identity constraint exports_ordinal_unique unique,
  at timestamptz(3) not null,
  actor_id text not null,
  actor_role text not null,
  actor_account text,
  organisation text not null,
  list text not null,
  query jsonb not null,
  format text not null constraint exports_format_known check (format in ('csv', 'xlsx')),
  language text not null constraint exports_language_known check (language in ('en', 'zh')),
  rows integer not null constraint exports_rows_not_negative check (rows >= 0),
  bytes integer not null,
  sha256 text not null constraint exports_sha256_form check (sha256 ~ '^[0-9a-f]{64}$')
);
comment on column exports.query is 'the filter of the list; a VIN in it is masked';
comment on column exports.sha256 is 'of the file as it was handed out';
create index exports_actor on exports (actor_id, ordinal);
create trigger exports_append_only before update or delete or truncate on exports for each statement execute function refuse_change();
alter table exports enable row level security;
alter table exports force row level security;
create policy exports_add on exports for insert with check (actor_id = actor_id() and actor_role = actor_role() and organisation = actor_organisation());
create policy exports_read on exports for select using (actor_id = (select actor_id()) or (select actor_may('log', 'read')));
revoke update, delete, truncate on exports from sandglass_app;
