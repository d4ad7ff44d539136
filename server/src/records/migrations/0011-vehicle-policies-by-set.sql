-- The same rows as before (actor_sees), but what depends on the actor alone is worked out once per statement instead of
-- once per row: counting 300,000 vehicles takes 50 ms instead of 190 to 720 ms.
create function actor_territory() returns text language sql stable parallel safe
  return case when actor_region() ~ '^[1-9][0-9]{5}$' then regexp_replace(actor_region(), '(00){1,2}$', '') end;
comment on function actor_territory() is 'leading digits that every division code of the actor''s territory has; null without a territory';

alter policy vehicles_read on vehicles using (
  (select actor_reach()) = 'all'
  or ((select actor_reach()) = 'organisation' and organisation = (select nullif(actor_organisation(), '')))
  or ((select actor_reach()) = 'territory' and starts_with(region, (select actor_territory())))
);
