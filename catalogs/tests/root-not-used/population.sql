-- Every event of the control plane in the period, whoever caused it: only so can the absence of root be seen.
SELECT
  a.event_id AS id,
  a.occurred_at,
  a.event_name,
  a.event_source,
  a.region,
  a.account,
  a.identity_type,
  a.event_type,
  a.invoked_by,
  a.console_login_result,
  a.error_code
FROM api_activity a
CROSS JOIN parameter p
WHERE a.occurred_at >= p.period_start
  AND a.occurred_at < p.period_end
