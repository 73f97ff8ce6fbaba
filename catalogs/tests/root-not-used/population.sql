-- One row for each account and UTC day on which its control plane recorded anything, whoever caused it: only where
-- something was recorded can the absence of root be seen. Days keep the population small where events are millions.
-- The first record of the day stands for it as evidence.
WITH ranked AS (
  SELECT
    coalesce(a.account, 'unnamed account') AS account,
    CAST(a.occurred_at AS DATE) AS day,
    a.occurred_at,
    a.recorded_at,
    a._segment AS evidence_segment,
    a._row AS evidence_row,
    row_number() OVER (
      PARTITION BY coalesce(a.account, 'unnamed account'), CAST(a.occurred_at AS DATE)
      ORDER BY a.occurred_at, a.event_id
    ) AS nth,
    count(a.event_id) OVER (
      PARTITION BY coalesce(a.account, 'unnamed account'), CAST(a.occurred_at AS DATE)
    ) AS events
  FROM api_activity a
  CROSS JOIN parameter p
  WHERE a.occurred_at >= p.period_start
    AND a.occurred_at < p.period_end
)
SELECT
  r.account || '/' || CAST(r.day AS VARCHAR) AS id,
  r.occurred_at,
  r.account,
  r.day,
  r.events,
  r.recorded_at,
  r.evidence_segment,
  r.evidence_row
FROM ranked r
WHERE r.nth = 1
