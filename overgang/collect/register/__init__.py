"""The register: persons, their cases and participations, in a database that every change goes into by one way.

`models` says what it holds, `record` writes what somebody changed, on a page (`screens`) or in a file (`batches`).
`schema` says what whole tables of it look like: `load` puts the demo's into the empty database, `reading` gets them out
for a snapshot. The keys lie outside the database (`access.keys`).
"""
