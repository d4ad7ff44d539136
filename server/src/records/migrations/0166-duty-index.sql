-- The board of duties at scale, as `case_index` does it for lists: each open duty stands once for every scope that reaches its
-- case, in the order of the board, with all that filters and counts ask for. Vehicles are no scope of the board.
create table duty_index (
  scope text not null,
  case_id text not null,
  id text not null,
  code text not null,
  bearers text not null,
  due_at timestamptz(3) not null,
  constraint duty_index_pk primary key (case_id, scope, id),
  constraint duty_index_duty_fk foreign key (case_id, id) references case_obligations (case_id, id)
);
comment on column duty_index.scope is 'as case_index.scope';
comment on column duty_index.bearers is 'roles, separated by commas: compared and hashed faster than an array';
comment on column duty_index.due_at is 'infinity while it is paused, so that a place on the board is one comparison of rows';
create index duty_index_board on duty_index (scope, due_at, case_id, id) include (code, bearers);

alter table duty_index enable row level security;
alter table duty_index force row level security;
-- Who sees every case is found out once per statement; only then is anything compared row by row.
create policy duty_index_read on duty_index for select using (
  (select actor_sees_every_case())
  or scope = any ((select actor_case_scopes())::text[])
  or split_part(scope, ' ', 1) = any ((select actor_case_kinds('all'))::text[])
);
create policy duty_index_see on duty_index for select using ((select pg_trigger_depth()) > 0);
create policy duty_index_add on duty_index for insert with check ((select pg_trigger_depth()) > 0);
create policy duty_index_change on duty_index for update using ((select pg_trigger_depth()) > 0);
create policy duty_index_remove on duty_index for delete using ((select pg_trigger_depth()) > 0);
grant update (due_at), delete on duty_index to sandglass_app;
alter policy case_index_read on case_index using (
  (select actor_sees_every_case())
  or scope = any ((select actor_case_scopes())::text[])
  or kind = any ((select actor_case_kinds('all'))::text[])
);

create function index_duty() returns trigger language plpgsql as $$
begin
  if new.ended_how is not null then
    delete from duty_index where case_id = new.case_id and id = new.id;
  elsif tg_op = 'INSERT' or old.ended_how is not null then
    insert into duty_index (scope, case_id, id, code, bearers, due_at)
      select scope, new.case_id, new.id, new.code, array_to_string(new.bearers, ','), coalesce(new.due_at, 'infinity')
      from case_index where case_id = new.case_id and split_part(scope, ' ', 2) not like 'v:%'
      on conflict (case_id, scope, id) do nothing;
  else
    update duty_index set due_at = coalesce(new.due_at, 'infinity') where case_id = new.case_id and id = new.id;
  end if;
  return null;
end $$;
create trigger case_obligations_index_new after insert on case_obligations for each row when (new.ended_how is null) execute function index_duty();
create trigger case_obligations_index_changed after update on case_obligations for each row
  when ((old.due_at, old.ended_how) is distinct from (new.due_at, new.ended_how)) execute function index_duty();

-- As before, and a case that gets or loses a scope takes its open duties along.
create or replace function index_case() returns trigger language plpgsql as $$
declare
  wanted text[];
begin
  if tg_op = 'INSERT' or (old.organisations, old.region_prefixes, old.assigned, old.vehicles) is distinct from (new.organisations, new.region_prefixes, new.assigned, new.vehicles) then
    wanted := case_scopes(new.kind, new.organisations, new.region_prefixes, new.assigned, new.vehicles);
    if tg_op = 'UPDATE' then
      delete from case_index where case_id = new.id and scope <> all (wanted);
      delete from duty_index where case_id = new.id and scope <> all (wanted);
    end if;
    insert into case_index (scope, case_id, kind, state, ended, opened_at, due_at, level, project)
      select each, new.id, new.kind, new.state, new.ended, new.opened_at, new.due_at, new.level, new.project from unnest(wanted) each
      on conflict (case_id, scope) do nothing;
    if tg_op = 'UPDATE' then
      insert into duty_index (scope, case_id, id, code, bearers, due_at)
        select each, o.case_id, o.id, o.code, array_to_string(o.bearers, ','), coalesce(o.due_at, 'infinity')
        from case_obligations o, unnest(wanted) each
        where o.case_id = new.id and o.ended_how is null and split_part(each, ' ', 2) not like 'v:%'
        on conflict (case_id, scope, id) do nothing;
    end if;
  end if;
  if tg_op = 'UPDATE' and (old.state, old.ended, old.due_at, old.level, old.project) is distinct from (new.state, new.ended, new.due_at, new.level, new.project) then
    update case_index set state = new.state, ended = new.ended, due_at = new.due_at, level = new.level, project = new.project where case_id = new.id;
  end if;
  return null;
end $$;

-- Duties that are there already. The owner is bound by row policies too, so a trigger's depth is borrowed.
create function index_all_duties() returns trigger language plpgsql as $$
begin
  perform set_config('sandglass.role', 'system:setup', true);
  insert into duty_index (scope, case_id, id, code, bearers, due_at)
    select x.scope, o.case_id, o.id, o.code, array_to_string(o.bearers, ','), coalesce(o.due_at, 'infinity')
    from case_obligations o join case_index x on x.case_id = o.case_id
    where o.ended_how is null and split_part(x.scope, ' ', 2) not like 'v:%';
  return null;
end $$;
create temporary table indexing (done boolean) on commit drop;
create trigger indexing after insert on indexing for each statement execute function index_all_duties();
insert into indexing values (true);
drop table indexing;
drop function index_all_duties();
analyze duty_index;
