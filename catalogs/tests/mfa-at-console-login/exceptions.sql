-- An event that does not say whether a second factor was used proves none.
SELECT
  o.id,
  CASE WHEN o.identity_type = 'Root' THEN 'root signed in' ELSE 'a cloud user signed in' END
    || ' to the console on ' || to_char(o.occurred_at, '%-d %b %Y %H:%M') || ' UTC '
    || CASE WHEN o.mfa_used IS NULL THEN 'and the event does not show a second factor'
            ELSE 'without a second factor' END AS reason
FROM population o
WHERE (o.mfa_used IS DISTINCT FROM TRUE)
