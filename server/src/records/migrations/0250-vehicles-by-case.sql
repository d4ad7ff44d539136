-- Who reads the register by case (REQUIREMENTS 8.2: the fire service) sees the vehicles of the open cases that it sees, and no others.
create function vehicle_key_of(id text) returns bigint language sql immutable strict parallel safe
  return (
    select bit_or((position(substr(id, 4 + digit, 1) in '0123456789abcdefghjkmnpqrstvwxyz') - 1)::bigint << (5 * (13 - digit)))
    from generate_series(1, 13) digit
  );
comment on function vehicle_key_of(text) is 'key of an opaque id as the API has it, veh_ and 13 digits of base 32';

create function actor_case_vehicles() returns bigint[] language sql stable
  return (
    select coalesce(array_agg(distinct vehicle_key_of(vehicle)), '{}')
    from cases cross join lateral unnest(vehicles) vehicle
    where not ended and vehicle ~ '^veh_[0-7][0-9a-hjkmnp-tv-z]{12}$'
  );
comment on function actor_case_vehicles() is 'runs as who asks: which cases these are the row policy of cases decides';

alter policy vehicles_read on vehicles using (
  (select actor_reach()) = 'all'
  or ((select actor_reach()) = 'organisation'
    and (organisation = (select nullif(actor_organisation(), '')) or parties @> array[(select nullif(actor_organisation(), ''))]))
  or ((select actor_reach()) = 'territory' and starts_with(region, (select actor_territory())))
  or ((select 'case' = any (actor_reaches('vehicleRegister', 'read'))) and key = any ((select actor_case_vehicles())::bigint[]))
);
