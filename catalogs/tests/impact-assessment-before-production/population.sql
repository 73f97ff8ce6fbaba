-- Every production deployment made in the period, and the one each system was running when the period began. That
-- one is judged as of the period's first instant: what was put right before then is the earlier period's exception.
-- No two systems have one name; a version that was deployed again on one day is told apart by its number that day.
WITH spans AS (
  SELECT
    d.system,
    d.name,
    d.version,
    d.deployed_at,
    d.deployed_on,
    d.ended_at,
    lead(d.deployed_at) OVER (PARTITION BY d.system ORDER BY d.deployed_at, d.version) AS replaced_at,
    row_number() OVER (PARTITION BY d.system, d.version, d.deployed_on ORDER BY d.deployed_at) AS nth
  FROM ai_deployment d
  WHERE d.environment = 'production'
)
SELECT
  coalesce(s.name, s.system) || ' / ' || s.version || ' / ' || CAST(s.deployed_on AS VARCHAR)
    || CASE WHEN s.nth = 1 THEN '' ELSE ' / ' || CAST(s.nth AS VARCHAR) END AS id,
  greatest(s.deployed_at, p.period_start) AS occurred_at,
  s.system,
  s.system AS evidence_system,
  s.name AS system_name,
  s.version,
  s.deployed_at,
  s.deployed_on
FROM spans s
CROSS JOIN parameter p
WHERE s.deployed_at < p.period_end
  AND (s.deployed_at >= p.period_start
       OR ((s.replaced_at IS NULL OR s.replaced_at > p.period_start)
           AND (s.ended_at IS NULL OR s.ended_at > p.period_start)))
