"""Bytes of a file that anybody may have made -> cells, in a child process with hard limits.

`child` is what runs there, and `process` starts it. What runs in the child imports the standard library and
`base.collation` only: it starts in 0.1 s and needs no more memory than the file does. No formula is worked out, nothing
is unpacked to disk, no document type is read. The answer is JSON (see `child.main`), never an object that could run.
"""
