-- Not a use: what a service did on its own or on the account's behalf, and a sign-in that failed.
SELECT
  o.id,
  'root account used for ' || o.event_name || ' at ' || o.event_source
    || CASE WHEN o.account IS NULL THEN '' ELSE ', account ' || o.account END
    || CASE WHEN o.region IS NULL THEN '' ELSE ', region ' || o.region END
    || CASE WHEN o.error_code IS NULL THEN '' ELSE ' (refused: ' || o.error_code || ')' END AS reason
FROM population o
WHERE o.identity_type = 'Root'
  AND o.invoked_by IS NULL
  AND (o.event_type IS DISTINCT FROM 'AwsServiceEvent')
  AND (o.console_login_result IS DISTINCT FROM 'Failure')
