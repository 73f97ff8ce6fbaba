-- Elapsed time, not calendar days: from 48 hours on it is told in whole days, begun days not counted.
WITH measured AS (
  SELECT
    o.id,
    o.system,
    o.removed_at,
    (CAST(coalesce(o.removed_at, p.as_of_at) AS BIGINT) - CAST(o.left_at AS BIGINT)) / 3600000000 AS hours,
    p.grace_hours
  FROM population o
  CROSS JOIN parameter p
  WHERE o.removed_at IS NULL OR o.removed_at > o.occurred_at
)
SELECT
  id,
  'access to ' || system
    || CASE WHEN removed_at IS NULL THEN ' still open ' ELSE ' removed ' END
    || CASE WHEN hours >= 48 THEN CAST(hours / 24 AS VARCHAR) || ' days'
            WHEN hours = 1 THEN '1 hour'
            ELSE CAST(hours AS VARCHAR) || ' hours' END
    || ' after leaving; '
    || CASE WHEN grace_hours = 24 THEN '1 day'
            WHEN grace_hours % 24 = 0 AND grace_hours > 0 THEN CAST(grace_hours / 24 AS VARCHAR) || ' days'
            WHEN grace_hours = 1 THEN '1 hour'
            ELSE CAST(grace_hours AS VARCHAR) || ' hours' END
    || ' allowed' AS reason
FROM measured
