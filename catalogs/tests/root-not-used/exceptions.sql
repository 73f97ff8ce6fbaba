-- Not a use: what a service did on its own or on the account's behalf, and a sign-in that failed. A call that was
-- refused is one: whoever made it held root's credentials. The instant is told in UTC, with its date where that is
-- not the local one.
WITH uses AS (
  SELECT
    coalesce(a.account, 'unnamed account') AS account,
    c.day,
    a.event_id,
    a.event_name,
    a.event_source,
    a.error_code,
    a.occurred_at,
    row_number() OVER (
      PARTITION BY coalesce(a.account, 'unnamed account'), c.day
      ORDER BY a.occurred_at, a.event_id
    ) AS place
  FROM api_activity a
  JOIN calendar c ON a.occurred_at >= c.start_at AND a.occurred_at < c.end_at
  WHERE a.identity_type = 'Root'
    AND a.invoked_by IS NULL
    AND (a.event_type IS DISTINCT FROM 'AwsServiceEvent')
    AND (a.console_login_result IS DISTINCT FROM 'Failure')
),
counted AS (
  SELECT account, day, count(event_id) AS uses
  FROM uses
  GROUP BY account, day
)
SELECT
  o.id,
  'root account of ' || o.account || ' used '
    || CASE WHEN c.uses = 1 THEN 'once' ELSE CAST(c.uses AS VARCHAR) || ' times' END
    || ' on ' || to_char(o.day, '%-d %b %Y') || CASE WHEN c.uses = 1 THEN ': ' ELSE ', first: ' END
    || u.event_name || ' at ' || u.event_source
    || CASE WHEN u.error_code IS NULL THEN '' ELSE ' (refused: ' || u.error_code || ')' END
    || ', '
    || CASE WHEN CAST(u.occurred_at AS DATE) = o.day THEN to_char(u.occurred_at, '%H:%M')
            ELSE to_char(u.occurred_at, '%-d %b %Y %H:%M') END
    || ' UTC, event ' || u.event_id AS reason
FROM population o
JOIN counted c ON c.account = o.account AND c.day = o.day
JOIN uses u ON u.account = o.account AND u.day = o.day AND u.place = 1
