"""The register: persons, their cases and participations, in a database that every change goes into by one way.

`models` says what it holds, `record` writes what somebody changed. `schema` says what whole tables of it look like:
`load` puts them into the empty database, `reading` gets them out for a snapshot; `importing` takes them from CSV files,
checked by `checks`. The keys lie outside the database (`access.keys`).
"""
