"""The round of comments: questions, answers, and their release."""
