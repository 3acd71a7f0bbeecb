"""Annotation of variants: a VCF file in, the same file with consequences out.

Everything but ``worker`` runs without any cloud; ``pipeline.annotate`` is the whole of it.
"""
