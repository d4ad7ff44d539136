-- Parties and use of a vehicle follow from what is registered about it: `batteryMaker` and `operator` name organisations,
-- `use` says what the car is used for.
alter policy vehicles_read on vehicles using (
  (select actor_reach()) = 'all'
  or ((select actor_reach()) = 'organisation' and organisation = (select nullif(actor_organisation(), '')))
  or ((select actor_reach()) = 'territory' and starts_with(region, (select actor_territory())))
);
alter table vehicles drop column parties;
alter table vehicles
  add column parties text[] not null generated always as (array_remove(array[details ->> 'batteryMaker', details ->> 'operator'], null)) stored,
  add column use text generated always as (details ->> 'use') stored;
comment on column vehicles.parties is 'organisations beside the owner whose vehicle it is too: details.batteryMaker, details.operator';
comment on column vehicles.use is 'details.use; private: its position is not its maker''s to see, its telemetry not its territory''s (REQUIREMENTS 8.2, R-3.3)';
create index vehicles_parties on vehicles using gin (parties);
alter policy vehicles_read on vehicles using (
  (select actor_reach()) = 'all'
  or ((select actor_reach()) = 'organisation'
    and (organisation = (select nullif(actor_organisation(), '')) or parties @> array[(select nullif(actor_organisation(), ''))]))
  or ((select actor_reach()) = 'territory' and starts_with(region, (select actor_territory())))
);
