-- The permission matrix of packages/casework as rows, written by the owner at each start: the row policies read the same
-- matrix as the server, so that a role or a right is added in one place. A test compares what the two let through.
create table permission_grants (
  object text not null,
  role text not null,
  grant_right text not null,
  reach text not null,
  constraint permission_grants_pk primary key (role, object, grant_right, reach)
);
comment on table permission_grants is 'what is absent is denied; never written by hand';
revoke insert on permission_grants from sandglass_app;
alter table permission_grants enable row level security;
alter table permission_grants force row level security;
create policy permission_grants_read on permission_grants for select using (true);
create policy permission_grants_write on permission_grants to current_user using (true) with check (true);

create function actor_reaches(of_object text, of_right text) returns text[] language sql stable parallel safe
  return (select coalesce(array_agg(reach), '{}') from permission_grants where role = actor_role() and object = of_object and grant_right = of_right);
create function actor_may(of_object text, of_right text) returns boolean language sql stable parallel safe
  return actor_is_system() or exists (
    select 1 from permission_grants where role = actor_role() and object = of_object and grant_right = of_right and reach = 'all'
  );
comment on function actor_may(text, text) is 'over every record of the kind';
create function widest_reach(reaches text[]) returns text language sql immutable parallel safe
  return case
    when 'all' = any (reaches) then 'all'
    when 'territory' = any (reaches) then 'territory'
    when 'own' = any (reaches) then 'organisation'
    else 'none'
  end;

create or replace function actor_reach() returns text language sql stable parallel safe
  return case when actor_is_system() then 'all' else widest_reach(actor_reaches('vehicleRegister', 'read')) end;
create or replace function actor_subject_reach() returns text language sql stable parallel safe
  return case when actor_is_system() then 'all' else widest_reach(actor_reaches('subjectRegister', 'read')) end;

-- Vehicles have parties beside their owner: the maker of the battery, who operates them. `own` reaches theirs too.
alter table vehicles add column parties text[] not null default '{}';
comment on column vehicles.parties is 'organisations beside the owner whose vehicle it is too: battery maker, operator';
create index vehicles_parties on vehicles using gin (parties);
grant update (parties) on vehicles to sandglass_app;
alter policy vehicles_read on vehicles using (
  (select actor_reach()) = 'all'
  or ((select actor_reach()) = 'organisation'
    and (organisation = (select nullif(actor_organisation(), '')) or parties @> array[(select nullif(actor_organisation(), ''))]))
  or ((select actor_reach()) = 'territory' and starts_with(region, (select actor_territory())))
);
-- Leaves: as the matrix has the ledger, where before every role that reads the register read all leaves. Who may read every
-- finding may check the leaves of findings and of the segments they were found in.
alter policy ledger_leaves_read on ledger_leaves using (
  (select actor_may('ledger', 'read'))
  or (kind in ('finding', 'segment') and (select actor_may('finding', 'read')))
  or ((select 'own' = any (actor_reaches('ledger', 'read'))) and organisation = (select nullif(actor_organisation(), '')))
  or ((select 'territory' = any (actor_reaches('ledger', 'read'))) and starts_with(region, (select actor_territory())))
);

alter policy platforms_read on platforms using (
  (select actor_may('platformLink', 'read'))
  or ('territory' = any ((select actor_reaches('platformLink', 'read'))::text[])
    and region_covers(actor_region(), (select region from organisations where id = platforms.organisation)))
);
alter policy platforms_add on platforms with check ((select actor_may('platformLink', 'write')));

alter policy access_log_read on access_log using ((select actor_may('log', 'read')));
