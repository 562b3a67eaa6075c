"""Speed, measured: figures come from these commands and go into docs/figures."""
