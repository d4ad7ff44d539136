-- The engine of cases: versions of definitions, drafts, the ladder of duties, notices, and policies that work out once per
-- statement what depends on the actor alone.

-- Actions are append-only for everyone, the owner role included.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger case_actions_append_only before update or delete or truncate on case_actions for each statement execute function refuse_change();

-- A case starts under one version of its lifecycle and may be moved to a later one by an action of its own.
alter table cases add column started_definition integer;
comment on column cases.definition is 'version of the lifecycle the case runs under';
comment on column cases.started_definition is 'version it started with, where it was moved since; null: the same';
grant update (definition, started_definition) on cases to sandglass_app;

-- Which region codes cover a case, so that a territory is found by equality: 440305 lies in 44, 4403 and 440305.
create function region_prefixes(regions text[]) returns text[] language sql immutable parallel safe
  return (select coalesce(array_agg(distinct prefix), '{}') from unnest(regions) region,
    lateral (values (left(region, 2)), (left(region, 4)), (region)) prefixes (prefix) where region ~ '^[0-9]{6}$');
create function territory_prefix(territory text) returns text language sql immutable parallel safe
  return case when territory ~ '^[1-9][0-9]{5}$' then regexp_replace(territory, '(00){1,2}$', '') end;
alter table cases add column region_prefixes text[] generated always as (region_prefixes(regions)) stored;

-- The matrix of packages/casework as rows: the server writes them at its start for the kinds it finds.
create policy case_access_sync on case_access for insert with check (actor_role() = 'system:setup');
create policy case_access_clean on case_access for delete using (actor_role() = 'system:setup');
grant insert, delete on case_access to sandglass_app;
create function actor_case_kinds(wanted text) returns text[] language sql stable parallel safe
  return (select coalesce(array_agg(kind), '{}') from case_access where role = actor_role() and reach = wanted);

-- Sub-selects without columns of the row are worked out once per statement, not once per row.
drop policy cases_read on cases;
create policy cases_read on cases for select using (
  (select actor_is_system())
  or kind = any ((select actor_case_kinds('all'))::text[])
  or (kind = any ((select actor_case_kinds('own'))::text[]) and (select nullif(actor_organisation(), '')) = any (organisations))
  or (kind = any ((select actor_case_kinds('territory'))::text[]) and (select territory_prefix(actor_region())) = any (region_prefixes))
  or (kind = any ((select actor_case_kinds('assigned'))::text[]) and (select nullif(actor_id(), '')) = any (assigned))
);

-- What a person has begun to enter: theirs alone, until it is sent, dropped or too old.
create table case_drafts (
  actor_id text not null,
  scope text not null,
  action text not null,
  content jsonb not null constraint case_drafts_content_small check (octet_length(content::text) <= 262144),
  version integer,
  saved_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  constraint case_drafts_pk primary key (actor_id, scope, action)
);
comment on column case_drafts.scope is 'id of the case, or new:<kind> before it exists';
comment on column case_drafts.version is 'version of the case when it was begun';
create index case_drafts_expiry on case_drafts (expires_at);
alter table case_drafts enable row level security;
alter table case_drafts force row level security;
create policy case_drafts_own on case_drafts using (actor_id = actor_id()) with check (actor_id = actor_id());
create policy case_drafts_expiry on case_drafts for delete using (actor_role() = 'system:clock');
create policy case_drafts_look on case_drafts for select using (actor_role() = 'system:clock');
grant update (content, version, saved_at, expires_at), delete on case_drafts to sandglass_app;

-- Steps of the ladder of open duties, ahead of the due time and after it.
create table case_escalations (
  case_id text not null,
  obligation_id text not null,
  step text not null,
  at timestamptz(3),
  handled_at timestamptz(3),
  constraint case_escalations_pk primary key (case_id, obligation_id, step),
  constraint case_escalations_duty_fk foreign key (case_id, obligation_id) references case_obligations (case_id, id)
);
comment on column case_escalations.at is 'null while the duty is paused and after it ended';
create index case_escalations_waiting on case_escalations (at) where handled_at is null;
alter table case_escalations enable row level security;
alter table case_escalations force row level security;
create policy case_escalations_read on case_escalations for select using (exists (select 1 from cases where cases.id = case_escalations.case_id));
create policy case_escalations_open on case_escalations for insert with check (exists (select 1 from cases where cases.id = case_escalations.case_id));
create policy case_escalations_change on case_escalations for update using (exists (select 1 from cases where cases.id = case_escalations.case_id));
grant update (at, handled_at) on case_escalations to sandglass_app;

-- Who is to be told what: written in the transaction of the action, handed out by the notifier.
create table case_notices (
  id bigint generated always as identity constraint case_notices_pk primary key,
  case_id text not null constraint case_notices_case_fk references cases (id),
  kind text not null constraint case_notices_kind_known check (kind in ('duty', 'dueSoon', 'overdue', 'escalation', 'proposal', 'decision')),
  action text,
  obligation_id text,
  roles text[] not null,
  text_en text not null,
  text_zh text not null,
  urgent boolean not null default false,
  by_actor text not null,
  at timestamptz(3) not null,
  done_at timestamptz(3)
);
comment on column case_notices.action is 'id of the action it tells of';
comment on column case_notices.roles is 'persons of these roles who may see the case';
create index case_notices_waiting on case_notices (id) where done_at is null;
alter table case_notices enable row level security;
alter table case_notices force row level security;
create policy case_notices_append on case_notices for insert with check (exists (select 1 from cases where cases.id = case_notices.case_id));
create policy case_notices_system on case_notices for select using (actor_is_system());
create policy case_notices_done on case_notices for update using (actor_is_system());
grant update (done_at) on case_notices to sandglass_app;
