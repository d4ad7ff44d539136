-- Lists and counts of cases at scale. A row policy over arrays cannot use an index, and rows of `cases` are wide; so each case
-- stands once in a narrow table for every scope that reaches it: everybody of its kind, each party, each territory, each person, each vehicle.
create index cases_newest on cases (opened_at desc, id desc);

create table case_index (
  scope text not null,
  case_id text not null constraint case_index_case_fk references cases (id),
  kind text not null,
  state text not null,
  ended boolean not null,
  opened_at timestamptz(3) not null,
  due_at timestamptz(3),
  level smallint,
  project text,
  constraint case_index_pk primary key (case_id, scope)
);
comment on column case_index.scope is 'kind and reach: "accident *", "accident o:<party>", "accident r:<prefix of the region code>", "accident p:<person>", "accident v:<vehicle>"';
create index case_index_list on case_index (scope, opened_at desc, case_id desc) include (state, ended, due_at, level, project);
create index case_index_state on case_index (scope, state, opened_at desc, case_id desc) include (ended, due_at, level, project);

-- The scopes of the actor: what the row policy of cases says, as texts to compare.
create function actor_case_scopes() returns text[] language sql stable parallel safe
  return (select coalesce(array_agg(distinct kind || case reach
      when 'all' then ' *'
      when 'own' then ' o:' || nullif(actor_organisation(), '')
      when 'territory' then ' r:' || territory_prefix(actor_region())
      when 'assigned' then ' p:' || nullif(actor_id(), '')
    end), '{}') from case_access where role = actor_role());

alter table case_index enable row level security;
alter table case_index force row level security;
create policy case_index_read on case_index for select using (
  (select actor_is_system())
  or scope = any ((select actor_case_scopes())::text[])
  or kind = any ((select actor_case_kinds('all'))::text[])
);
-- Only the trigger writes: the row must be about a case that the actor may write.
create policy case_index_add on case_index for insert with check ((select pg_trigger_depth()) > 0);
create policy case_index_change on case_index for update using ((select pg_trigger_depth()) > 0);
create policy case_index_see on case_index for select using ((select pg_trigger_depth()) > 0);
create policy case_index_remove on case_index for delete using ((select pg_trigger_depth()) > 0);
grant update (state, ended, due_at, level, project), delete on case_index to sandglass_app;

create function case_scopes(kind text, organisations text[], region_prefixes text[], assigned text[], vehicles text[]) returns text[] language sql immutable parallel safe
  return array[kind || ' *']
    || (select coalesce(array_agg(distinct kind || ' o:' || each), '{}') from unnest(organisations) each where each <> '')
    || (select coalesce(array_agg(distinct kind || ' r:' || each), '{}') from unnest(region_prefixes) each)
    || (select coalesce(array_agg(distinct kind || ' p:' || each), '{}') from unnest(assigned) each where each <> '')
    || (select coalesce(array_agg(distinct kind || ' v:' || each), '{}') from unnest(vehicles) each);

create function index_case() returns trigger language plpgsql as $$
declare
  wanted text[];
begin
  if tg_op = 'INSERT' or (old.organisations, old.region_prefixes, old.assigned, old.vehicles) is distinct from (new.organisations, new.region_prefixes, new.assigned, new.vehicles) then
    wanted := case_scopes(new.kind, new.organisations, new.region_prefixes, new.assigned, new.vehicles);
    if tg_op = 'UPDATE' then
      delete from case_index where case_id = new.id and scope <> all (wanted);
    end if;
    insert into case_index (scope, case_id, kind, state, ended, opened_at, due_at, level, project)
      select each, new.id, new.kind, new.state, new.ended, new.opened_at, new.due_at, new.level, new.project from unnest(wanted) each
      on conflict (case_id, scope) do nothing;
  end if;
  if tg_op = 'UPDATE' and (old.state, old.ended, old.due_at, old.level, old.project) is distinct from (new.state, new.ended, new.due_at, new.level, new.project) then
    update case_index set state = new.state, ended = new.ended, due_at = new.due_at, level = new.level, project = new.project where case_id = new.id;
  end if;
  return null;
end $$;
create trigger cases_index after insert or update on cases for each row execute function index_case();

-- Cases that are there already. The owner is bound by row policies too, so a trigger's depth is borrowed.
create function index_all_cases() returns trigger language plpgsql as $$
begin
  perform set_config('sandglass.role', 'system:setup', true);
  insert into case_index (scope, case_id, kind, state, ended, opened_at, due_at, level, project)
    select each, c.id, c.kind, c.state, c.ended, c.opened_at, c.due_at, c.level, c.project
    from cases c, lateral unnest(case_scopes(c.kind, c.organisations, c.region_prefixes, c.assigned, c.vehicles)) each;
  return null;
end $$;
create temporary table indexing (done boolean) on commit drop;
create trigger indexing after insert on indexing for each statement execute function index_all_cases();
insert into indexing values (true);
drop table indexing;
drop function index_all_cases();
