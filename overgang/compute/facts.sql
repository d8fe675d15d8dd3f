-- Facts: a row for each person, year and unit with at least one day of programme there.
--
-- Reads participation (person, unit, first_day, last_day, reason), person, answered (year, unit), survey (year),
-- unit_year and age_group (age, code). Where a person had several participations in a unit in the year, the row is the
-- last one. `last_in_*` is 1 on the row that stands for the person at that level: the last one there of those that count.

WITH spell AS (
    SELECT
        s.person, s.unit, s.reason,
        EXTRACT(YEAR FROM s.first_day) AS first_year,
        COALESCE(EXTRACT(YEAR FROM s.last_day), 9999) AS last_year,
        ROW_NUMBER() OVER (
            PARTITION BY s.person ORDER BY s.first_day, COALESCE(s.last_day, DATE '9999-12-31'), s.unit, s.reason
        ) AS turn
    FROM participation s
),

there AS (
    SELECT
        s.person, s.reason, s.first_year, s.last_year, s.turn,
        u.year, u.unit, u.district, u.municipality, u.county,
        CASE WHEN v.year IS NULL OR s.unit = '' OR a.unit IS NOT NULL THEN 1 ELSE 0 END AS answered
    FROM spell s
    JOIN unit_year u ON u.unit_at_start = s.unit AND u.year BETWEEN s.first_year AND s.last_year
    LEFT JOIN survey v ON v.year = u.year
    LEFT JOIN answered a ON a.year = u.year AND a.unit = u.unit
),

-- Few persons have more than one participation, so looking for later ones is much cheaper than ranking all.
outdone AS (
    SELECT
        t.person, t.year, t.turn,
        MAX(CASE WHEN l.unit = t.unit THEN 1 ELSE 0 END) AS in_unit,
        MAX(CASE WHEN l.municipality = t.municipality THEN 1 ELSE 0 END) AS in_municipality,
        MAX(CASE WHEN l.county = t.county THEN 1 ELSE 0 END) AS in_county
    FROM there t
    JOIN there l ON l.person = t.person AND l.year = t.year AND l.turn > t.turn
    WHERE l.turn > 1 AND l.answered >= t.answered
    GROUP BY t.person, t.year, t.turn
)

SELECT
    t.person, t.year, t.unit, t.district, t.municipality, t.county,
    p.sex, g.code AS age, p.origin, p.education, p.shielded,
    CASE WHEN t.first_year = t.year THEN 1 ELSE 0 END AS started,
    CASE WHEN t.last_year = t.year THEN 1 ELSE 0 END AS ended,
    CASE WHEN t.last_year = t.year THEN t.reason ELSE '' END AS reason,
    t.answered,
    1 - COALESCE(o.in_municipality, 0) AS last_in_municipality,
    1 - COALESCE(o.in_county, 0) AS last_in_county,
    CASE WHEN o.person IS NULL THEN 1 ELSE 0 END AS last_in_country
FROM there t
JOIN person p ON p.person = t.person
JOIN age_group g ON g.age = t.year - p.birth_year
LEFT JOIN outdone o ON o.person = t.person AND o.year = t.year AND o.turn = t.turn
WHERE COALESCE(o.in_unit, 0) = 0
