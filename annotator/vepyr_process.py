"""The process that vepyr runs in: annotates one file for each line of JSON on standard input.

Run as ``python -m annotator.vepyr_process TABLES FASTA FIELDS``. A line names ``input`` and
``output``; the answer is a line with ``error``, which is null when the output is complete. The
process ends when its standard input does, so it does not outlive the one that started it.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Answer requests until there are no more."""
    tables, fasta, fields = sys.argv[1:]
    # What the engine prints goes to standard error, so that answers stay readable.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    import vepyr

    for line in sys.stdin:
        request = json.loads(line)
        error = None
        try:
            vepyr.annotate(
                request["input"],
                tables,
                reference_fasta=fasta,
                output_vcf=request["output"],
                fields=fields.split(","),
                compression="plain",
                show_progress=False,
            )
        except Exception as problem:  # noqa: BLE001 - whatever it is, the parent is told
            error = f"{type(problem).__name__}: {problem}"
        answers.write(json.dumps({"error": error}) + "\n")
    # Taking everything down in order would cost a third of what the start did, for nothing.
    os._exit(0)


if __name__ == "__main__":
    main()
