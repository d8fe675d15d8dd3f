"""Returns from a survey tool's export."""
