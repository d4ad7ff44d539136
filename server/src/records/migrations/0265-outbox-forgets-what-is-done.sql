-- What is done has acted: its effects, its finding and its leaf are elsewhere and stay. Only who consumes the outbox removes rows of it, and never one that waits.
create policy outbox_forget on outbox as restrictive for delete using (done_at is not null and actor_role() = 'system:trigger');
grant delete on outbox to sandglass_app;
