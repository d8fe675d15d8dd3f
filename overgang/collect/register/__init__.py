"""The register: persons, participations and annual returns as Parquet tables in `<home>/register/`.

`schema` says what the tables hold, `store` writes and reads them, `importing` takes them from CSV files, checked by
`checks`. The key of the pseudonyms lies beside the tables and never leaves.
"""
