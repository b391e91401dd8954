"""The operator's scripts: run one with ``python -m ops.demo`` from the root of the checkout."""
