-- The basis of a trigger version in Chinese, where its author gave both; versions written before get it at the next start.
alter table trigger_versions add column basis_zh text;
create policy trigger_versions_fill on trigger_versions for update using (actor_is_system()) with check (actor_is_system());
grant update (basis_zh) on trigger_versions to sandglass_app;
