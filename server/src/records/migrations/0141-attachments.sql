-- Files that people add to cases; their bytes are in the object store.
create table attachments (
  id text constraint attachments_pk primary key,
  ordinal bigint generated always as identity constraint attachments_ordinal_unique unique,
  case_id text not null constraint attachments_case_fk references cases (id),
  name text not null,
  type text not null,
  bytes bigint not null constraint attachments_bytes_positive check (bytes > 0),
  sha256 text not null constraint attachments_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
  scanned_by text,
  actor_id text not null,
  actor_account text,
  actor_role text not null,
  organisation text not null,
  at timestamptz(3) not null,
  leaf_id text not null,
  constraint attachments_once unique (case_id, sha256, name)
);
comment on column attachments.type is 'media type found in the bytes, not what the sender said';
comment on column attachments.scanned_by is 'what scanned it for malware and found nothing; null: nothing is configured';
create index attachments_of_case on attachments (case_id, ordinal);
alter table attachments enable row level security;
alter table attachments force row level security;
create policy attachments_read on attachments for select using ((select actor_is_system()) or exists (select 1 from cases where cases.id = attachments.case_id));
create policy attachments_add on attachments for insert with check (
  actor_id = actor_id() and actor_role = actor_role() and organisation = actor_organisation()
  and exists (select 1 from cases where cases.id = attachments.case_id)
);
revoke update, delete, truncate on attachments from sandglass_app;
create trigger attachments_append_only before update or delete or truncate on attachments for each statement execute function refuse_change();
