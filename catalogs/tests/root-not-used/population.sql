-- One row for each account and day of the organisation's calendar on which its control plane recorded anything,
-- whoever caused it: only where something was recorded can the absence of root be seen. Days keep the population
-- small where events are millions. The first use of root stands for its day as evidence, else the first record.
WITH near AS (
  -- A local day touches no other days of UTC than its own, the one before and the one after.
  SELECT c.day, c.start_at, c.end_at, c.day AS utc_day FROM calendar c
  UNION ALL
  SELECT c.day, c.start_at, c.end_at, c.day - INTERVAL '1 day' FROM calendar c
  UNION ALL
  SELECT c.day, c.start_at, c.end_at, c.day + INTERVAL '1 day' FROM calendar c
),
placed AS (
  SELECT
    coalesce(a.account, 'unnamed account') AS account,
    c.day,
    a.event_id,
    a.occurred_at,
    a.recorded_at,
    a._segment,
    a._row,
    CASE WHEN a.identity_type = 'Root'
          AND a.invoked_by IS NULL
          AND (a.event_type IS DISTINCT FROM 'AwsServiceEvent')
          AND (a.console_login_result IS DISTINCT FROM 'Failure') THEN 0 ELSE 1 END AS weight
  FROM api_activity a
  JOIN near c
    ON c.utc_day = CAST(a.occurred_at AS DATE)
   AND a.occurred_at >= c.start_at AND a.occurred_at < c.end_at
  -- Calls at other products than the cloud name their system.
  WHERE a.system IS NULL
),
ranked AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY account, day ORDER BY weight, occurred_at, event_id) AS nth,
    count(event_id) OVER (PARTITION BY account, day) AS events
  FROM placed
)
SELECT
  r.account || '/' || CAST(r.day AS VARCHAR) AS id,
  r.occurred_at,
  r.account,
  r.day,
  r.events,
  r.recorded_at,
  r._segment AS evidence_segment,
  r._row AS evidence_row
FROM ranked r
WHERE r.nth = 1
