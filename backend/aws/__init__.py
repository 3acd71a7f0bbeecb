"""The services' ports on AWS: the only place that knows boto3. One module a service."""
