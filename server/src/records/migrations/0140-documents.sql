-- Documents that actions of cases issued: what they say, its hash, and the pages in the object store.
create sequence document_numbers;
grant usage on sequence document_numbers to sandglass_app;

create table documents (
  id text constraint documents_pk primary key,
  ordinal bigint generated always as identity constraint documents_ordinal_unique unique,
  number text not null constraint documents_number_unique unique,
  case_id text not null constraint documents_case_fk references cases (id),
  case_kind text not null,
  action_id text not null,
  code text not null,
  title_en text not null,
  title_zh text not null,
  issued_at timestamptz(3) not null,
  issuer_en text not null,
  issuer_zh text not null,
  content jsonb not null,
  content_hash text not null constraint documents_content_hash_hex check (content_hash ~ '^[0-9a-f]{64}$'),
  files jsonb not null,
  leaf_id text not null,
  constraint documents_once unique (case_id, action_id, code)
);
comment on column documents.content_hash is 'SHA-256 of the canonical JSON of content; printed on every page';
comment on column documents.files is '{zh: {sha256, bytes}, en: {sha256, bytes}}: keys of the object store';
create index documents_of_case on documents (case_id, ordinal);
create index documents_by_file on documents using gin ((jsonb_path_query_array(files, '$.*.sha256')));
alter table documents enable row level security;
alter table documents force row level security;
-- Whoever may see the case may see its documents.
create policy documents_read on documents for select using ((select actor_is_system()) or exists (select 1 from cases where cases.id = documents.case_id));
create policy documents_issue on documents for insert with check (actor_role() = 'system:documents');
revoke update, delete, truncate on documents from sandglass_app;
create trigger documents_append_only before update or delete or truncate on documents for each statement execute function refuse_change();
