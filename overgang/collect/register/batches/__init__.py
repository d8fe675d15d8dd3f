"""Imports of files into the register: `plan` says what a file would do, `batch` leads it from upload to undo.

A file is kept sealed (`storage`), and read, planned and written by processes of their own (`worker`), two at a time.
It is read and planned outside the transaction; everything is written in one, and what is written is what was shown.
"""
