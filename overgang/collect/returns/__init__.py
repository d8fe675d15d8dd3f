"""The annual returns. For now they come in with the register's import (`annual_return.csv`) and are kept there."""
