-- Persons try deliveries of their webhooks again; what was delivered stays delivered.
create policy deliveries_retry on deliveries for update
  using (account_id = actor_id() and webhook_id is not null and done_at is null)
  with check (account_id = actor_id() and webhook_id is not null and done_at is null and failed_at is null and next_at is not null);
