-- Facts counted once, by the finest combination of everything any table divides by. Those who did not end are divided
-- by place only: nothing else is asked about them.

SELECT
    year, shielded, unit, ended,
    CASE WHEN ended = 1 THEN reason ELSE '' END AS reason,
    CASE WHEN ended = 1 THEN sex ELSE '' END AS sex,
    CASE WHEN ended = 1 THEN age ELSE '' END AS age,
    CASE WHEN ended = 1 THEN education ELSE '' END AS education,
    CASE WHEN ended = 1 THEN origin ELSE '' END AS origin,
    COUNT(*) AS in_unit,
    CAST(SUM(last_in_municipality) AS BIGINT) AS in_municipality,
    CAST(SUM(last_in_county) AS BIGINT) AS in_county,
    CAST(SUM(last_in_country) AS BIGINT) AS in_country
FROM facts
WHERE answered = 1
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
