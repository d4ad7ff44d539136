-- Records of a sandbox programme are seen by the departments that lead or issued it, and by their technical bodies: which ones is
-- data of the programme, so each case carries it, as it carries its parties and regions.
alter table cases add column departments text[] not null default '{}';
comment on column cases.departments is 'roles of the departments that have a part in its programme';
grant update (departments) on cases to sandglass_app;
alter table case_access drop constraint case_access_reach_known;
alter table case_access add constraint case_access_reach_known check (reach in ('all', 'own', 'territory', 'assigned', 'issued'));
alter table case_access add column department text not null default '';
comment on column case_access.department is 'department that the role stands for: a technical body for the one it belongs to';
grant update (department) on case_access to sandglass_app;
create policy case_access_change on case_access for update using (actor_role() = 'system:setup');

create function actor_department() returns text language sql stable parallel safe
  return (select max(nullif(department, '')) from case_access where role = actor_role());

alter policy cases_read on cases using (
  (select actor_is_system())
  or kind = any ((select actor_case_kinds('all'))::text[])
  or (kind = any ((select actor_case_kinds('own'))::text[]) and (select nullif(actor_organisation(), '')) = any (organisations))
  or (kind = any ((select actor_case_kinds('territory'))::text[]) and (select territory_prefix(actor_region())) = any (region_prefixes))
  or (kind = any ((select actor_case_kinds('assigned'))::text[]) and (select nullif(actor_id(), '')) = any (assigned))
  or (kind = any ((select actor_case_kinds('issued'))::text[]) and (select actor_department()) = any (departments))
);

create function case_visible(of_kind text, organisations text[], regions text[], assigned text[], departments text[]) returns boolean language sql stable parallel safe
  return actor_is_system() or exists (
    select 1 from case_access a
    where a.kind = of_kind and a.role = actor_role()
      and case a.reach
        when 'all' then true
        when 'own' then actor_organisation() <> '' and actor_organisation() = any (organisations)
        when 'territory' then exists (select 1 from unnest(regions) touched where region_covers(actor_region(), touched))
        when 'assigned' then actor_id() = any (assigned)
        when 'issued' then a.department = any (departments)
        else false
      end
  );
alter policy cases_open on cases with check (case_visible(kind, organisations, regions, assigned, departments));
alter policy cases_project_state on cases using (case_visible(kind, organisations, regions, assigned, departments))
  with check (case_visible(kind, organisations, regions, assigned, departments));
drop function case_visible(text, text[], text[], text[]);

create or replace function case_recipients(of_case text, wanted text[]) returns table (account_id text, role text, organisation text, region text)
language sql stable as $$
  select p.id, p.role, p.organisation, p.region
  from cases c join accounts p on p.role = any (wanted) and not p.disabled
  where c.id = of_case and exists (
    select 1 from case_access a where a.kind = c.kind and a.role = p.role and case a.reach
      when 'all' then true
      when 'own' then p.organisation <> '' and p.organisation = any (c.organisations)
      when 'territory' then territory_prefix(p.region) = any (c.region_prefixes)
      when 'assigned' then p.id = any (c.assigned)
      when 'issued' then a.department = any (c.departments)
      else false end
  )
$$;

-- One scope more in the narrow tables: "sandbox-project d:<department>".
comment on column case_index.scope is 'kind and reach: "accident *", "accident o:<party>", "accident r:<prefix of the region code>", "accident p:<person>", "accident v:<vehicle>", "accident d:<department>"';
create or replace function actor_case_scopes() returns text[] language sql stable parallel safe
  return (select coalesce(array_agg(distinct kind || case reach
      when 'all' then ' *'
      when 'own' then ' o:' || nullif(actor_organisation(), '')
      when 'territory' then ' r:' || territory_prefix(actor_region())
      when 'assigned' then ' p:' || nullif(actor_id(), '')
      when 'issued' then ' d:' || nullif(department, '')
    end), '{}') from case_access where role = actor_role());
create function case_scopes(kind text, organisations text[], region_prefixes text[], assigned text[], vehicles text[], departments text[]) returns text[] language sql immutable parallel safe
  return case_scopes(kind, organisations, region_prefixes, assigned, vehicles)
    || (select coalesce(array_agg(distinct kind || ' d:' || each), '{}') from unnest(departments) each where each <> '');

create or replace function index_case() returns trigger language plpgsql as $$
declare
  wanted text[];
begin
  if tg_op = 'INSERT' or (old.organisations, old.region_prefixes, old.assigned, old.vehicles, old.departments) is distinct from (new.organisations, new.region_prefixes, new.assigned, new.vehicles, new.departments) then
    wanted := case_scopes(new.kind, new.organisations, new.region_prefixes, new.assigned, new.vehicles, new.departments);
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

-- Cases that are there already: what is pinned in them, or the departments of the notice of 2022. A trigger's depth is borrowed, because
-- the owner is bound by row policies too.
create function fill_departments() returns trigger language plpgsql as $$
begin
  perform set_config('sandglass.role', 'system:setup', true);
  update cases c set departments = coalesce(
      (select array_agg(distinct each) from jsonb_array_elements_text(
        coalesce(part.of -> 'leads', '[]') || coalesce(part.of -> 'coIssuers', '[]')) each),
      array['SAMR', 'MIIT', 'MOT', 'MEM', 'GACC'])
    from (select id, case kind
        when 'programme-report' then folded -> 'data'
        when 'sandbox-project' then folded -> 'data' -> 'terms'
        else (select p.folded -> 'data' -> 'terms' from cases p where p.id = o.project)
      end of from cases o where kind in ('sandbox-project', 'sandbox-follow-up', 'sandbox-result', 'programme-report')) part
    where part.id = c.id;
  return null;
end $$;
create temporary table filling (done boolean) on commit drop;
create trigger filling after insert on filling for each statement execute function fill_departments();
insert into filling values (true);
drop table filling;
drop function fill_departments();

-- Search by words: from who sees all but the records of some programmes little is hidden, so the matches are looked at one by one.
create function actor_lacks_only_programmes() returns boolean language sql stable parallel safe
  return exists (select 1 from case_access where role = actor_role())
    and not exists (select 1 from case_access where kind <> all (actor_case_kinds('all')) and kind <> all (actor_case_kinds('issued')));
create or replace function matching_cases(asked tsquery, at_most integer, before_time timestamptz, before_id text) returns text[]
  language plpgsql stable security definer set search_path = public set enable_seqscan = off as $$
begin
  if actor_sees_every_case() then
    return coalesce((select array_agg(hit.case_id) from (
      select w.case_id from case_words w
      where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
      order by w.opened_at desc, w.case_id desc limit at_most) hit), '{}');
  end if;
  if actor_lacks_only_programmes() then
    return coalesce((select array_agg(hit.case_id) from (
      select w.case_id from case_words w
      where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
        and exists (select 1 from case_index x where x.case_id = w.case_id and x.scope = any (actor_case_scopes()) offset 0)
      order by w.opened_at desc, w.case_id desc limit at_most) hit), '{}');
  end if;
  return coalesce((
    with own as materialized (select x.case_id from case_index x where x.scope = any (actor_case_scopes()))
    select array_agg(hit.case_id) from (
      select w.case_id from case_words w
      where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
        and (w.case_id in (select own.case_id from own)) is true
      order by w.opened_at desc, w.case_id desc limit at_most) hit), '{}');
end $$;
