"""Publishing: an edition is built, checked against itself, frozen, approved and pointed to.

Only protected cubes go in. What leaves is a folder that never changes; the site follows the pointer `current`.
"""
