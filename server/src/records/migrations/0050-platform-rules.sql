-- From where a platform may log in, and what differs for its links from the rules of all platform links.
alter table platforms
  add column addresses text[] not null default '{}',
  add column rules jsonb not null default '{}';
comment on column platforms.addresses is 'addresses and subnets; empty = from everywhere';
comment on column platforms.rules is 'PlatformRules of server/src/access/platforms.ts; what is absent is as configured';
grant update (addresses, rules) on platforms to sandglass_app;

-- Public keys against which signatures of vehicles are checked (GB/T 32960.3-2025 §7.2.1).
create table vehicle_keys (
  vehicle bigint constraint vehicle_keys_pk primary key constraint vehicle_keys_vehicle_positive check (vehicle >= 0),
  public_key bytea not null constraint vehicle_keys_size check (octet_length(public_key) between 1 and 65531),
  chip text constraint vehicle_keys_chip_unique unique constraint vehicle_keys_chip_length check (octet_length(chip) <= 64),
  source text not null constraint vehicle_keys_source_known check (source in ('activation', 'registry')),
  noted_by text not null,
  noted_at timestamptz(3) not null
);
comment on table vehicle_keys is 'no foreign key to vehicles: an activation may come before the vehicle is noted in the registry';
comment on column vehicle_keys.source is 'activation: command 0x09, signed with the key itself, trusted on first use; registry: entered by who registers vehicles';
alter table vehicle_keys enable row level security;
alter table vehicle_keys force row level security;
create policy vehicle_keys_system on vehicle_keys using (actor_is_system()) with check (actor_is_system());
grant update (public_key, chip, source, noted_by, noted_at) on vehicle_keys to sandglass_app;
