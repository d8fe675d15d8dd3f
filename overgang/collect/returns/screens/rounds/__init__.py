"""The pages of a collection round: the frame, letters, rates, and its end."""
