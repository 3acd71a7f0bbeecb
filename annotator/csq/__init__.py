"""bcftools csq: consequences that take phase into account."""
