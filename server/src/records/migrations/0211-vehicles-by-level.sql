-- The list of vehicles by their worst open finding.
create index findings_open_of_vehicle on findings (vehicle, level, ordinal) where status = 'firing' and vehicle is not null;
create index findings_open_ranked on findings (level, ordinal) include (vehicle) where status = 'firing' and vehicle is not null;

-- Asked about vehicles that the actor sees already, so that a page does not work out again for each which those are.
create policy findings_owner on findings for select to current_user using (true);
create function actor_reads_findings_of_vehicles() returns boolean language sql stable parallel safe
  return actor_may('finding', 'read') or actor_reaches('finding', 'read') && array['own', 'territory'];
comment on function actor_reads_findings_of_vehicles() is 'of every vehicle in the register that the actor sees; the first two rules of policy findings_read';

create function open_level(of_vehicle bigint) returns smallint
  language sql stable security definer set search_path = public as $$
  select coalesce((
    select level from findings
    where vehicle = of_vehicle and status = 'firing' and (select actor_reads_findings_of_vehicles())
    order by level desc limit 1
  ), 0::smallint)
$$;
comment on function open_level(bigint) is 'worst level of the open findings of a vehicle; 0 = none, or none that the actor may read';

create function has_worse_finding(of_vehicle bigint, than_level smallint, than_ordinal bigint) returns boolean
  language sql stable security definer set search_path = public as $$
  select exists (
    select 1 from findings
    where vehicle = of_vehicle and status = 'firing' and (level, ordinal) > (than_level, than_ordinal)
  )
$$;
comment on function has_worse_finding(bigint, smallint, bigint) is 'an open one of the vehicle is worse than one that the actor reads, or as bad and newer';

-- A page meets the vehicles of so many findings in their order until it is full. Joined in one statement, the policies make the
-- planner expect few rows of both tables, and it reads and sorts all.
create function worst_open_findings(before_level smallint, before_ordinal bigint, at_most integer)
  returns table (vehicle bigint, level smallint, ordinal bigint)
  language sql stable security definer set search_path = public set enable_seqscan = off set enable_bitmapscan = off as $$
  select f.vehicle, f.level, f.ordinal from findings f
  where f.status = 'firing' and f.vehicle is not null and (select actor_reads_findings_of_vehicles())
    and (f.level, f.ordinal) < (coalesce(before_level, 5::smallint), coalesce(before_ordinal, 0))
  order by f.level desc, f.ordinal desc limit at_most
$$;
comment on function worst_open_findings(smallint, bigint, integer) is 'worst first, among equals the newest, behind a place. Opaque keys: whose they are the row policy of vehicles decides';
revoke execute on function open_level(bigint), has_worse_finding(bigint, smallint, bigint), worst_open_findings(smallint, bigint, integer) from public;
grant execute on function open_level(bigint), has_worse_finding(bigint, smallint, bigint), worst_open_findings(smallint, bigint, integer) to sandglass_app;
