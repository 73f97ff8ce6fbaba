-- An assessment without a version covers every version of its system.
WITH judged AS (
  SELECT
    o.id,
    coalesce(o.system_name, o.system) || ' ' || o.version AS what,
    o.deployed_at,
    o.occurred_at,
    min(a.approved_at) AS approved_at,
    count(a.assessment) AS assessments
  FROM population o
  LEFT JOIN ai_assessment a
    ON a.system = o.system AND a.kind = 'impact' AND (a.version IS NULL OR a.version = o.version)
  GROUP BY o.id, o.system_name, o.system, o.version, o.deployed_at, o.occurred_at
)
SELECT
  id,
  what || ' live since ' || to_char(deployed_at, '%-d %b %Y') || ' '
    || CASE
         WHEN assessments = 0 THEN 'without an impact assessment'
         WHEN approved_at IS NULL THEN 'without an approved impact assessment; the recorded one is not approved'
         ELSE 'before its impact assessment was approved on ' || to_char(approved_at, '%-d %b %Y') || ', '
           || CASE WHEN CAST(approved_at AS BIGINT) - CAST(deployed_at AS BIGINT) >= 172800000000
                   THEN CAST((CAST(approved_at AS BIGINT) - CAST(deployed_at AS BIGINT)) / 86400000000 AS VARCHAR) || ' days'
                   ELSE CAST((CAST(approved_at AS BIGINT) - CAST(deployed_at AS BIGINT)) / 3600000000 AS VARCHAR) || ' hours'
              END || ' later'
       END AS reason
FROM judged
WHERE approved_at IS NULL OR approved_at > occurred_at
