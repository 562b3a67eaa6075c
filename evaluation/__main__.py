"""`python -m evaluation`: the command `edicola evaluate` without the bot."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from evaluation.cli import add_arguments, run
from index.errors import EdicolaError
from index.settings import read_index_settings
from retrieval.settings import read_retrieval_settings


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Evaluate with the settings of the environment; 2 if something cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description="Ask gold questions and measure the answers.")
    add_arguments(parser)
    args = parser.parse_args(argv)
    try:
        return run(args, read_index_settings(environ), read_retrieval_settings(environ))
    except EdicolaError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
