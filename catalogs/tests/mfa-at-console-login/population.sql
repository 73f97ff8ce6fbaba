-- Sign-ins that succeeded, by root or by a user kept in the cloud account. A federated sign-in (AssumedRole,
-- FederatedUser) passed its second factor at the identity provider, which the cloud does not see.
SELECT
  a.event_id AS id,
  a.occurred_at,
  a.identity_type,
  a.region,
  a.account,
  a.mfa_used,
  a.recorded_at,
  a._segment AS evidence_segment,
  a._row AS evidence_row
FROM api_activity a
CROSS JOIN parameter p
WHERE a.event_name = 'ConsoleLogin'
  AND a.console_login_result = 'Success'
  AND a.identity_type IN ('Root', 'IAMUser')
  AND a.occurred_at >= p.period_start
  AND a.occurred_at < p.period_end
