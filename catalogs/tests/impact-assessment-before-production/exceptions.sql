-- An assessment without a version covers every version of its system.
WITH judged AS (
  SELECT
    o.id,
    coalesce(o.system_name, o.system) || ' ' || o.version AS what,
    o.deployed_at,
    o.deployed_on,
    o.occurred_at,
    min(a.approved_at) AS approved_at,
    min(a.approved_on) AS approved_on,
    count(a.assessment) AS assessments
  FROM population o
  LEFT JOIN ai_assessment a
    ON a.system = o.system AND a.kind = 'impact' AND (a.version IS NULL OR a.version = o.version)
  GROUP BY o.id, o.system_name, o.system, o.version, o.deployed_at, o.deployed_on, o.occurred_at
)
SELECT
  id,
  what || ' live since ' || to_char(deployed_on, '%-d %b %Y') || ' '
    || CASE
         WHEN assessments = 0 THEN 'without an impact assessment'
         WHEN approved_at IS NULL THEN 'without an approved impact assessment; the recorded one is not approved'
         ELSE 'before its impact assessment was approved on ' || to_char(approved_on, '%-d %b %Y') || ', '
           || CASE WHEN CAST(approved_at AS BIGINT) - CAST(deployed_at AS BIGINT) >= 172800000000
                   THEN CAST((CAST(approved_at AS BIGINT) - CAST(deployed_at AS BIGINT)) / 86400000000 AS VARCHAR) || ' days'
                   WHEN (CAST(approved_at AS BIGINT) - CAST(deployed_at AS BIGINT)) / 3600000000 = 1 THEN '1 hour'
                   ELSE CAST((CAST(approved_at AS BIGINT) - CAST(deployed_at AS BIGINT)) / 3600000000 AS VARCHAR) || ' hours'
              END || ' later'
       END AS reason
FROM judged
WHERE approved_at IS NULL OR approved_at > occurred_at
