-- What a version said stays as it was written: the basis in Chinese is known of versions that are written from now on.
revoke update (basis_zh) on trigger_versions from sandglass_app;
drop policy trigger_versions_fill on trigger_versions;
