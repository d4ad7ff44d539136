-- What is supervised beside vehicles: AI services, backend accounts, platforms. They send events instead of frames.
create table subjects (
  key bigint constraint subjects_pk primary key constraint subjects_key_positive check (key >= 0),
  kind text not null constraint subjects_kind_known check (kind in ('ai_service', 'backend_account', 'platform')),
  name text not null constraint subjects_name_length check (octet_length(name) between 1 and 1024),
  organisation text not null constraint subjects_organisation_fk references organisations (id),
  region text constraint subjects_region_code check (region ~ '^[0-9]{6}$'),
  registered boolean not null default false,
  details jsonb not null default '{}',
  registered_at timestamptz,
  first_seen timestamptz,
  created_at timestamptz not null default now(),
  constraint subjects_name_once unique (organisation, kind, name),
  constraint subjects_registered_complete check (not registered or registered_at is not null)
);
comment on table subjects is 'registered, or met in an event of an organisation''s credential';
comment on column subjects.key is 'keyed hash of kind, organisation and name; the same number space as vehicles.key';

-- The same as the right `read` on `subjectRegister` in the permission matrix of packages/casework; a test compares the two.
create function actor_subject_reach() returns text language sql stable parallel safe
  return case
    when actor_is_system() then 'all'
    when actor_role() in ('AI_REGULATOR', 'SAMR', 'RECALL_CENTER', 'MIIT', 'EIDC', 'NAT_PLATFORM', 'MPS', 'TRAFFIC_POLICE', 'CAC', 'SUPERVISOR_ALL') then 'all'
    when actor_role() in ('LOCAL_IIT', 'LOCAL_PLATFORM', 'LOCAL_MOT') then 'territory'
    when actor_role() in ('OEM', 'IMPORTER', 'SUPPLIER', 'TECH_FIRM', 'BATTERY_MAKER', 'OPERATOR') then 'organisation'
    else 'none'
  end;

alter table subjects enable row level security;
alter table subjects force row level security;
create policy subjects_read on subjects for select using (
  (select actor_subject_reach()) = 'all'
  or ((select actor_subject_reach()) = 'organisation' and organisation = (select nullif(actor_organisation(), '')))
  or ((select actor_subject_reach()) = 'territory' and starts_with(region, (select actor_territory())))
);
create policy subjects_add on subjects for insert with check (actor_is_system());
create policy subjects_change on subjects for update using (actor_is_system()) with check (actor_is_system());
grant update (registered, region, details, registered_at, first_seen) on subjects to sandglass_app;

-- Tokens that may only send events.
alter table api_tokens add column scope text constraint api_tokens_scope_known check (scope in ('intake'));
alter table api_tokens add constraint api_tokens_intake_organisation check (scope is null or organisation is not null);
comment on column api_tokens.scope is 'null = everything that its role may; intake = events and telemetry of its organisation, nothing else';
