"""Reference bundles: sequence and gene models that an annotation is made with."""
