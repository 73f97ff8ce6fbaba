-- Every production deployment made in the period, and the one each system was running when the period began. That
-- one is judged as of the period's first instant: what was put right before then is the earlier period's exception.
WITH spans AS (
  SELECT
    d.system,
    d.version,
    d.deployed_at,
    lead(d.deployed_at) OVER (PARTITION BY d.system ORDER BY d.deployed_at, d.version) AS replaced_at
  FROM ai_deployment d
  WHERE d.environment = 'production'
)
SELECT
  s.system || '/' || s.version || '/' || to_char(s.deployed_at, '%Y-%m-%dT%H:%M:%S%.fZ') AS id,
  greatest(s.deployed_at, p.period_start) AS occurred_at,
  s.system,
  y.name AS system_name,
  s.version,
  s.deployed_at
FROM spans s
CROSS JOIN parameter p
LEFT JOIN ai_system y ON y.system = s.system
WHERE s.deployed_at < p.period_end
  AND (s.deployed_at >= p.period_start
       OR ((s.replaced_at IS NULL OR s.replaced_at > p.period_start)
           AND (y.in_production_to IS NULL OR y.in_production_to > p.period_start)))
