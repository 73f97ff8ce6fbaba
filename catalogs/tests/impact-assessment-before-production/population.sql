-- Every production deployment made in the period, and the one each system was running when the period began. That
-- one is judged as of the period's first instant: what was put right before then is the earlier period's exception.
WITH spans AS (
  SELECT
    d.system,
    d.name,
    d.version,
    d.deployed_at,
    d.ended_at,
    lead(d.deployed_at) OVER (PARTITION BY d.system ORDER BY d.deployed_at, d.version) AS replaced_at
  FROM ai_deployment d
  WHERE d.environment = 'production'
)
SELECT
  s.system || '/' || s.version || '/' || to_char(s.deployed_at, '%Y-%m-%dT%H:%M:%S%.fZ') AS id,
  greatest(s.deployed_at, p.period_start) AS occurred_at,
  s.system,
  s.name AS system_name,
  s.version,
  s.deployed_at
FROM spans s
CROSS JOIN parameter p
WHERE s.deployed_at < p.period_end
  AND (s.deployed_at >= p.period_start
       OR ((s.replaced_at IS NULL OR s.replaced_at > p.period_start)
           AND (s.ended_at IS NULL OR s.ended_at > p.period_start)))
