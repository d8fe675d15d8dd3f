"""The shared vocabulary: places, codes, law, periods, cells, text and the two seams. Imports nothing of ours."""
