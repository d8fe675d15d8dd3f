"""Django settings of each process: `public` shows editions and knows nothing of the register."""
